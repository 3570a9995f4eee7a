/* epoll: waiting for many files, with a list of what is of interest that stays. */
#define _GNU_SOURCE
#include "deadlines.h"
#include "file.h"
#include "heap.h"
#include "idle.h"
#include "signals.h"
#include "thread.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>

/* Epolls in an epoll in another, as on Linux: each level looks at its files from within the one above. */
#define MAXIMUM_NESTING 5

struct interest {
    struct interest *next;
    int descriptor;
    uint32_t serial; /* Of the file: closing it ends the interest. */
    bool told;
    uint32_t changes; /* Of the file, when it was told. */
    struct epoll_event event;
};

static const struct file_operations epoll_operations;

static bool is_epoll(const struct file *file) { return file->operations == &epoll_operations; }

/* The link to a descriptor's interest, having dropped those whose files were closed. */
static struct interest **find_interest(struct file *epoll, int descriptor) {
    struct interest **link = (struct interest **)&epoll->object;
    while (*link) {
        struct interest *interest = *link;
        struct file *file = file_of(interest->descriptor);
        if (!file || file->serial != interest->serial) {
            *link = interest->next;
            heap_free(interest);
            continue;
        }
        if (interest->descriptor == descriptor) break;
        link = &interest->next;
    }
    return link;
}

/* An epoll becomes readable by a change of any file. */
static uint32_t changes_of(const struct file *file) { return is_epoll(file) ? file_changes(NULL) : file_changes(file); }

/* A one-shot interest that was told is over; an edge-triggered one goes on with the file's next change. */
static bool is_silent(const struct interest *interest, const struct file *file) {
    if (!interest->told) return false;
    if (interest->event.events & EPOLLONESHOT) return true;
    return interest->event.events & EPOLLET && interest->changes == changes_of(file);
}

/* What there is to tell; 0 for nothing. */
static uint32_t news(const struct interest *interest) {
    struct file *file = file_of(interest->descriptor);
    if (is_silent(interest, file)) return 0;
    return (uint32_t)file_readiness(file) & (interest->event.events | EPOLLERR | EPOLLHUP);
}

/* Those that were told go to the end of the list: where there is room for few, each gets its turn. */
static int collect(struct file *epoll, struct epoll_event *events, int capacity) {
    int ready = 0;
    struct interest *told = NULL, **last_told = &told;
    find_interest(epoll, -1);
    struct interest **link = (struct interest **)&epoll->object;
    while (*link && ready < capacity) {
        struct interest *interest = *link;
        uint32_t seen = news(interest);
        if (!seen) {
            link = &interest->next;
            continue;
        }
        events[ready++] = (struct epoll_event){.events = seen, .data = interest->event.data};
        interest->told = true;
        interest->changes = changes_of(file_of(interest->descriptor));
        *link = interest->next;
        interest->next = NULL;
        *last_told = interest;
        last_told = &interest->next;
    }
    while (*link) link = &(*link)->next;
    *link = told;
    return ready;
}

/* ---- An epoll as a file ---- */

static int epoll_poll(struct file *file) {
    static int level;
    int ready = 0;
    if (level == MAXIMUM_NESTING) return 0;
    level++;
    find_interest(file, -1);
    for (const struct interest *interest = file->object; interest && !ready; interest = interest->next)
        if (news(interest)) ready = POLLIN;
    level--;
    return ready;
}

static void epoll_close(struct file *file) {
    struct interest *interest = file->object;
    while (interest) {
        struct interest *next = interest->next;
        heap_free(interest);
        interest = next;
    }
}

static const struct file_operations epoll_operations = {.poll = epoll_poll, .close = epoll_close};

/* ---- The system calls ---- */

long system_epoll_create1(int flags) {
    (void)flags;
    struct file *file = file_create(&epoll_operations, NULL, O_RDWR);
    return file ? file_describe(file, 0) : -ENOMEM;
}

/* Whether looking at a file comes by another, or goes too deep. */
static bool leads_to(struct file *file, const struct file *to, int levels) {
    if (file == to) return true;
    if (!is_epoll(file)) return false;
    if (levels == 0) return true;
    find_interest(file, -1);
    for (const struct interest *interest = file->object; interest; interest = interest->next)
        if (leads_to(file_of(interest->descriptor), to, levels - 1)) return true;
    return false;
}

long system_epoll_ctl(int epoll_descriptor, int operation, int descriptor, const struct epoll_event *event) {
    struct file *epoll = file_of(epoll_descriptor), *file = file_of(descriptor);
    if (!epoll || !file) return -EBADF;
    if (!file->operations->poll) return -EPERM;
    if (!is_epoll(epoll) || epoll == file) return -EINVAL;
    if (operation != EPOLL_CTL_ADD && operation != EPOLL_CTL_MOD && operation != EPOLL_CTL_DEL) return -EINVAL;
    struct interest **link = find_interest(epoll, descriptor), *interest = *link;
    if (operation == EPOLL_CTL_ADD ? interest != NULL : !interest) return interest ? -EEXIST : -ENOENT;
    if (operation == EPOLL_CTL_DEL) {
        *link = interest->next;
        heap_free(interest);
        return 0;
    }
    if (operation == EPOLL_CTL_ADD) {
        if (leads_to(file, epoll, MAXIMUM_NESTING - 1)) return -ELOOP;
        interest = heap_allocate(sizeof *interest);
        if (!interest) return -ENOMEM;
        *interest = (struct interest){.descriptor = descriptor, .serial = file->serial};
        *link = interest;
    }
    interest->event = *event;
    interest->told = false;
    file_changed(epoll); /* The file may be ready: all look again who wait for this epoll, or for one that it is in. */
    return 0;
}

static long epoll_files(int descriptor, struct epoll_event *events, int capacity, int timeout) {
    struct file *epoll = file_of(descriptor);
    if (!epoll) return -EBADF;
    if (!is_epoll(epoll) || capacity <= 0) return -EINVAL;
    uint64_t deadline = deadline_after_milliseconds(timeout);
    long outcome = 0;
    file_acquire(epoll); /* Another thread may close it meanwhile. */
    for (devices_poll();;) {
        outcome = collect(epoll, events, capacity);
        if (outcome || deadline <= denali_system_time()) break;
        outcome = thread_wait(&poll_channel, deadline);
        if (outcome == -EINTR) break;
    }
    file_release(epoll);
    return outcome;
}

long system_epoll_pwait(int descriptor, struct epoll_event *events, int capacity, int timeout, const uint32_t *mask) {
    uint64_t before = signals_mask_for_wait(mask);
    return signals_end_wait(before, epoll_files(descriptor, events, capacity, timeout));
}
