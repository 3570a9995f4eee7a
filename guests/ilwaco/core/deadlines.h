/* Times as programs hand them over, and deadlines in system time. */
#ifndef ILWACO_DEADLINES_H
#define ILWACO_DEADLINES_H

#include <stdint.h>

/* A struct timespec with 64-bit seconds, as musl hands it to system calls. */
struct time64 {
    int64_t seconds, nanoseconds;
};

/* Of the same with 32-bit seconds, which musl hands over wherever these suffice. */
struct time64 time64_of(const int32_t time[2]);
/* In nanoseconds, at most NEVER. */
uint64_t time_of(const struct time64 *time);
/* The system time after a duration in nanoseconds; NEVER stays NEVER. */
uint64_t deadline_after(uint64_t duration);
/* The system time at which a clock shows a time in nanoseconds. */
uint64_t deadline_at(int clock, uint64_t time);

#endif
