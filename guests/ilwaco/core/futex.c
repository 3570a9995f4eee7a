/* Futexes: what musl's locks, condition variables and joins wait on. */
#include "deadlines.h"
#include "thread.h"
#include <errno.h>
#include <limits.h>
#include <time.h>

#define FUTEX_WAIT 0
#define FUTEX_WAKE 1
#define FUTEX_REQUEUE 3
#define FUTEX_WAIT_BITSET 9
#define FUTEX_COMMAND 0x7f
#define FUTEX_CLOCK_REALTIME 256

static long wait(const volatile int *word, int expected, uint64_t deadline) {
    if (*word != expected) return -EAGAIN;
    long outcome = thread_wait((const void *)word, deadline);
    return outcome == -EINTR && deadline == NEVER ? -RESTART : outcome;
}

/* A requeue wakes those it would move: they look at the other futex themselves. */
static long wake(const volatile int *word, int count) { return thread_wake((const void *)word, count); }

long system_futex_time64(const volatile int *word, int operation, int value, const struct time64 *timeout) {
    int clock = operation & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    switch (operation & FUTEX_COMMAND) {
    case FUTEX_WAIT: return wait(word, value, timeout ? deadline_after(time_of(timeout)) : NEVER);
    case FUTEX_WAIT_BITSET: return wait(word, value, timeout ? deadline_at(clock, time_of(timeout)) : NEVER);
    case FUTEX_WAKE: return wake(word, value);
    case FUTEX_REQUEUE: return wake(word, INT_MAX);
    default: return -ENOSYS;
    }
}

/* The same without a timeout, or with one in 32-bit seconds. */
long system_futex(const volatile int *word, int operation, int value, const int32_t *timeout) {
    struct time64 time;
    if (timeout) time = time64_of(timeout);
    return system_futex_time64(word, operation, value, timeout ? &time : NULL);
}
