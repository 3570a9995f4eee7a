/* Clocks and sleeping, from the time registers. */
#include "deadlines.h"
#include "thread.h"
#include <errno.h>
#include <time.h>

static int clock_time(int clock, uint64_t *time) {
    uint64_t now = time_now();
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: *time = denali_wall_clock(); return 0;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID: *time = now; return 0;
    default: return -EINVAL;
    }
}

long system_clock_gettime64(int clock, struct time64 *result) {
    uint64_t time;
    int error = clock_time(clock, &time);
    if (error == 0) *result = (struct time64){(int64_t)(time / SECOND), (int64_t)(time % SECOND)};
    return error;
}

long system_clock_getres_time64(int clock, struct time64 *result) {
    uint64_t time;
    int error = clock_time(clock, &time);
    if (error == 0 && result) *result = (struct time64){0, 1};
    return error;
}

long system_clock_getres_time32(int clock, int32_t result[2]) {
    struct time64 resolution;
    long error = system_clock_getres_time64(clock, &resolution);
    if (error == 0 && result) {
        result[0] = (int32_t)resolution.seconds;
        result[1] = (int32_t)resolution.nanoseconds;
    }
    return error;
}

struct time64 time64_of(const int32_t time[2]) { return (struct time64){time[0], time[1]}; }

bool time_is_valid(const struct time64 *time) {
    return time->seconds >= 0 && time->nanoseconds >= 0 && time->nanoseconds < (int64_t)SECOND;
}

uint64_t time_of(const struct time64 *time) {
    if (time->seconds < 0) return 0;
    if ((uint64_t)time->seconds > NEVER / SECOND / 2) return NEVER;
    return (uint64_t)time->seconds * SECOND + (uint64_t)time->nanoseconds;
}

uint64_t deadline_after(uint64_t duration) {
    uint64_t now = time_now();
    return duration > NEVER - now ? NEVER : now + duration;
}

uint64_t deadline_after_milliseconds(int timeout) {
    return timeout < 0 ? NEVER : deadline_after((uint64_t)timeout * MILLISECOND);
}

/* A clock's time as system time, which deadlines are in. */
uint64_t deadline_at(int clock, uint64_t time) {
    uint64_t now = time_now();
    if (clock != CLOCK_REALTIME || time == NEVER) return time;
    uint64_t wall = denali_wall_clock();
    return time > wall ? now + (time - wall) : now;
}

#define TIMER_ABSTIME 1

long system_clock_nanosleep_time64(int clock, int flags, const struct time64 *request, struct time64 *rest) {
    static const char nobody;
    if (!time_is_valid(request)) return -EINVAL;
    uint64_t time = time_of(request);
    uint64_t deadline = flags & TIMER_ABSTIME ? deadline_at(clock, time) : deadline_after(time);
    while (time_now() < deadline) {
        if (thread_wait(&nobody, deadline) != -EINTR) continue;
        uint64_t now = time_now(), left = deadline > now ? deadline - now : 0;
        if (rest && !(flags & TIMER_ABSTIME)) *rest = (struct time64){(int64_t)(left / SECOND), (int64_t)(left % SECOND)};
        return -EINTR;
    }
    return 0;
}

/* musl hands over one array as request and rest. */
long system_clock_nanosleep_time32(int clock, int flags, const int32_t request[2], int32_t rest[2]) {
    struct time64 left, time = time64_of(request);
    long outcome = system_clock_nanosleep_time64(clock, flags, &time, &left);
    if (outcome == -EINTR && rest && !(flags & TIMER_ABSTIME)) {
        rest[0] = (int32_t)left.seconds;
        rest[1] = (int32_t)left.nanoseconds;
    }
    return outcome;
}

long system_nanosleep(const int32_t request[2], int32_t rest[2]) {
    return system_clock_nanosleep_time32(CLOCK_MONOTONIC, 0, request, rest);
}

long system_sched_yield(void) {
    thread_yield();
    return 0;
}
