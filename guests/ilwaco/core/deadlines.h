/* Times as programs hand them over, and deadlines in system time. */
#ifndef ILWACO_DEADLINES_H
#define ILWACO_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

/* A struct timespec with 64-bit seconds, as musl hands it to system calls. */
struct time64 {
    int64_t seconds, nanoseconds;
};

/* Of the same with 32-bit seconds, which musl hands over wherever these suffice. */
struct time64 time64_of(const int32_t time[2]);
/* Whether it is a duration: what is negative, or has more nanoseconds than a second, is a mistake. */
bool time_is_valid(const struct time64 *time);
/* In nanoseconds, at most NEVER. */
uint64_t time_of(const struct time64 *time);
/* The system time after a duration in nanoseconds; NEVER stays NEVER. */
uint64_t deadline_after(uint64_t duration);
/* The same in milliseconds, with negative ones for NEVER, as poll() has them. */
uint64_t deadline_after_milliseconds(int timeout);
/* The first of two, NEVER being the last of all. */
static inline uint64_t earlier(uint64_t one, uint64_t other) { return one < other ? one : other; }
/* The system time at which a clock shows a time in nanoseconds. */
uint64_t deadline_at(int clock, uint64_t time);

#endif
