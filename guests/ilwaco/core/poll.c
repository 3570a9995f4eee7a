/* Waiting for several files: poll, select and epoll. All look at each file, and wait until anything changes. */
#define _GNU_SOURCE
#include "deadlines.h"
#include "file.h"
#include "heap.h"
#include "idle.h"
#include "params.h"
#include "signals.h"
#include "thread.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

static int readiness(struct file *file) {
    return file->operations->poll ? file->operations->poll(file) : POLLIN | POLLOUT;
}

static int look(struct pollfd *entries, unsigned count) {
    int ready = 0;
    for (unsigned i = 0; i < count; i++) {
        struct file *file = file_of(entries[i].fd);
        int wanted = entries[i].events | POLLERR | POLLHUP;
        entries[i].revents = (short)(entries[i].fd < 0 ? 0 : file ? readiness(file) & wanted : POLLNVAL);
        if (entries[i].revents) ready++;
    }
    return ready;
}

static long poll_files(struct pollfd *entries, unsigned count, uint64_t deadline) {
    for (devices_poll();;) {
        int ready = look(entries, count);
        if (ready || deadline <= denali_system_time()) return ready;
        if (thread_wait(&poll_channel, deadline) == -EINTR) return -EINTR;
    }
}

static uint64_t deadline_after_milliseconds(int timeout) {
    return timeout < 0 ? NEVER : deadline_after((uint64_t)timeout * MILLISECOND);
}

long system_poll(struct pollfd *entries, unsigned count, int timeout) {
    return poll_files(entries, count, deadline_after_milliseconds(timeout));
}

long system_ppoll_time64(struct pollfd *entries, unsigned count, const struct time64 *timeout, const uint32_t *mask) {
    uint64_t before = signals_mask_for_wait(mask);
    return signals_end_wait(before, poll_files(entries, count, timeout ? deadline_after(time_of(timeout)) : NEVER));
}

long system_ppoll(struct pollfd *entries, unsigned count, const int32_t *timeout, const uint32_t *mask) {
    struct time64 time;
    if (timeout) time = time64_of(timeout);
    return system_ppoll_time64(entries, count, timeout ? &time : NULL, mask);
}

/* ---- select: the same over bitmaps ---- */

#define READABLE (POLLIN | POLLHUP | POLLERR)
#define WRITABLE (POLLOUT | POLLERR)
#define EXCEPTIONAL POLLPRI

static bool in_set(const uint32_t *set, int descriptor) {
    return set && set[descriptor / 32] >> (descriptor % 32) & 1;
}

/* Keeps a bit for what is ready, and counts it. */
static int answer(uint32_t *set, int descriptor, int ready) {
    if (!in_set(set, descriptor)) return 0;
    if (ready) return 1;
    set[descriptor / 32] &= ~(1u << (descriptor % 32));
    return 0;
}

static long select_files(int count, uint32_t *reads, uint32_t *writes, uint32_t *exceptions, uint64_t deadline) {
    if (count < 0 || count > MAXIMUM_DESCRIPTORS) return -EINVAL;
    struct pollfd *entries = heap_allocate_zeroed((size_t)count * sizeof *entries + 1);
    if (!entries) return -ENOMEM;
    for (int i = 0; i < count; i++) {
        short events = (short)((in_set(reads, i) ? POLLIN : 0) | (in_set(writes, i) ? POLLOUT : 0) |
                               (in_set(exceptions, i) ? POLLPRI : 0));
        entries[i] = (struct pollfd){.fd = events ? i : -1, .events = events};
    }
    long outcome = poll_files(entries, (unsigned)count, deadline);
    int ready = 0;
    for (int i = 0; i < count && outcome >= 0; i++) {
        int seen = entries[i].revents;
        if (seen & POLLNVAL) outcome = -EBADF;
        ready += answer(reads, i, seen & READABLE) + answer(writes, i, seen & WRITABLE) +
                 answer(exceptions, i, seen & EXCEPTIONAL);
    }
    heap_free(entries);
    return outcome < 0 ? outcome : ready;
}

/* The mask of signals comes with its size, as the sixth argument. */
long system_pselect6_time64(int count, uint32_t *reads, uint32_t *writes, uint32_t *exceptions,
                            const struct time64 *timeout, const uint32_t *const *mask) {
    uint64_t before = signals_mask_for_wait(mask ? *mask : NULL);
    uint64_t deadline = timeout ? deadline_after(time_of(timeout)) : NEVER;
    return signals_end_wait(before, select_files(count, reads, writes, exceptions, deadline));
}

long system_pselect6(int count, uint32_t *reads, uint32_t *writes, uint32_t *exceptions, const int32_t *timeout,
                     const uint32_t *const *mask) {
    struct time64 time;
    if (timeout) time = time64_of(timeout);
    return system_pselect6_time64(count, reads, writes, exceptions, timeout ? &time : NULL, mask);
}

/* select() itself, with microseconds. */
long system__newselect(int count, uint32_t *reads, uint32_t *writes, uint32_t *exceptions, const int32_t *timeout) {
    uint64_t duration = timeout ? (uint64_t)timeout[0] * SECOND + (uint64_t)timeout[1] * MICROSECOND : NEVER;
    return select_files(count, reads, writes, exceptions, deadline_after(duration));
}

/* ---- epoll. Events are levels, edge-triggered ones, too: a program that drains its files sees no difference. ---- */

struct interest {
    struct interest *next;
    int descriptor;
    uint32_t serial; /* Of the file: closing it ends the interest. */
    struct epoll_event event;
};

static void epoll_close(struct file *file) {
    struct interest *interest = file->object;
    while (interest) {
        struct interest *next = interest->next;
        heap_free(interest);
        interest = next;
    }
}

static const struct file_operations epoll_operations = {.close = epoll_close};

long system_epoll_create1(int flags) {
    (void)flags;
    struct file *file = file_create(&epoll_operations, NULL, O_RDWR);
    return file ? file_describe(file, 0) : -ENOMEM;
}

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

long system_epoll_ctl(int epoll_descriptor, int operation, int descriptor, const struct epoll_event *event) {
    struct file *epoll = file_of(epoll_descriptor), *file = file_of(descriptor);
    if (!epoll || !file) return -EBADF;
    if (epoll->operations != &epoll_operations || epoll == file) return -EINVAL;
    if (!file->operations->poll) return -EPERM;
    struct interest **link = find_interest(epoll, descriptor), *interest = *link;
    if (operation == EPOLL_CTL_ADD ? interest != NULL : !interest) return interest ? -EEXIST : -ENOENT;
    if (operation == EPOLL_CTL_DEL) {
        *link = interest->next;
        heap_free(interest);
        return 0;
    }
    if (operation == EPOLL_CTL_ADD) {
        interest = heap_allocate(sizeof *interest);
        if (!interest) return -ENOMEM;
        *interest = (struct interest){NULL, descriptor, file->serial, *event};
        *link = interest;
    }
    interest->event = *event;
    thread_wake(&poll_channel, 1);
    return 0;
}

static int collect(struct file *epoll, struct epoll_event *events, int capacity) {
    int ready = 0;
    find_interest(epoll, -1);
    for (struct interest *interest = epoll->object; interest && ready < capacity; interest = interest->next) {
        uint32_t wanted = interest->event.events;
        if (!(wanted & 0xffff)) continue; /* One-shot, and used. */
        uint32_t seen = (uint32_t)readiness(file_of(interest->descriptor)) & (wanted | EPOLLERR | EPOLLHUP);
        if (!seen) continue;
        events[ready++] = (struct epoll_event){.events = seen, .data = interest->event.data};
        if (wanted & EPOLLONESHOT) interest->event.events &= ~0xffffu;
    }
    return ready;
}

static long epoll_files(int descriptor, struct epoll_event *events, int capacity, int timeout) {
    struct file *epoll = file_of(descriptor);
    if (!epoll) return -EBADF;
    if (epoll->operations != &epoll_operations || capacity <= 0) return -EINVAL;
    uint64_t deadline = deadline_after_milliseconds(timeout);
    for (devices_poll();;) {
        int ready = collect(epoll, events, capacity);
        if (ready || deadline <= denali_system_time()) return ready;
        if (thread_wait(&poll_channel, deadline) == -EINTR) return -EINTR;
    }
}

long system_epoll_pwait(int descriptor, struct epoll_event *events, int capacity, int timeout, const uint32_t *mask) {
    uint64_t before = signals_mask_for_wait(mask);
    return signals_end_wait(before, epoll_files(descriptor, events, capacity, timeout));
}
