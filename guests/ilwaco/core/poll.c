/* Waiting for several files: poll and select, which look at each file, and wait until anything changes. */
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

/* What is normal data, there is no other. */
int file_readiness(struct file *file) {
    int ready = file->operations->poll ? file->operations->poll(file) : POLLIN | POLLOUT;
    return ready | (ready & POLLIN ? POLLRDNORM : 0) | (ready & POLLOUT ? POLLWRNORM : 0);
}

/* `always` is seen whether an entry asks for it or not. */
static int look(struct pollfd *entries, unsigned count, int always) {
    int ready = 0;
    for (unsigned i = 0; i < count; i++) {
        struct file *file = file_of(entries[i].fd);
        int wanted = entries[i].events | always;
        entries[i].revents = (short)(entries[i].fd < 0 ? 0 : file ? file_readiness(file) & wanted : POLLNVAL);
        if (entries[i].revents) ready++;
    }
    return ready;
}

static long poll_files(struct pollfd *entries, unsigned count, int always, uint64_t deadline) {
    for (devices_poll();;) {
        int ready = look(entries, count, always);
        if (ready || deadline <= denali_system_time()) return ready;
        if (thread_wait(&poll_channel, deadline) == -EINTR) return -EINTR;
    }
}

#define ALWAYS_POLLED (POLLERR | POLLHUP)

long system_poll(struct pollfd *entries, unsigned count, int timeout) {
    return poll_files(entries, count, ALWAYS_POLLED, deadline_after_milliseconds(timeout));
}

long system_ppoll_time64(struct pollfd *entries, unsigned count, const struct time64 *timeout, const uint32_t *mask) {
    if (timeout && !time_is_valid(timeout)) return -EINVAL;
    uint64_t before = signals_mask_for_wait(mask), deadline = timeout ? deadline_after(time_of(timeout)) : NEVER;
    return signals_end_wait(before, poll_files(entries, count, ALWAYS_POLLED, deadline));
}

long system_ppoll(struct pollfd *entries, unsigned count, const int32_t *timeout, const uint32_t *mask) {
    struct time64 time;
    if (timeout) time = time64_of(timeout);
    return system_ppoll_time64(entries, count, timeout ? &time : NULL, mask);
}

/* ---- select: the same over bitmaps. A set is told of nothing that it does not ask for. ---- */

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
        short events = (short)((in_set(reads, i) ? READABLE : 0) | (in_set(writes, i) ? WRITABLE : 0) |
                               (in_set(exceptions, i) ? EXCEPTIONAL : 0));
        entries[i] = (struct pollfd){.fd = events ? i : -1, .events = events};
    }
    long outcome = poll_files(entries, (unsigned)count, 0, deadline);
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
    if (timeout && !time_is_valid(timeout)) return -EINVAL;
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
    if (timeout && (timeout[0] < 0 || timeout[1] < 0)) return -EINVAL;
    uint64_t duration = timeout ? (uint64_t)timeout[0] * SECOND + (uint64_t)timeout[1] * MICROSECOND : NEVER;
    return select_files(count, reads, writes, exceptions, deadline_after(duration));
}
