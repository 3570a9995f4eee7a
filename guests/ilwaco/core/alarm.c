/* The alarm clock: alarm() and setitimer(ITIMER_REAL), which send SIGALRM. */
#include "deadlines.h"
#include "idle.h"
#include "signals.h"
#include "thread.h"
#include <errno.h>
#include <signal.h>

#define ITIMER_REAL 0

static uint64_t alarm_at = NEVER, alarm_interval;

uint64_t alarm_deadline(void) { return alarm_at; }

void alarm_poll(uint64_t now) {
    if (now < alarm_at) return;
    alarm_at = alarm_interval ? now + alarm_interval : NEVER;
    signal_send(NULL, SIGALRM);
}

/* Interval, then the time until the first: seconds and microseconds each, of 32 bits. */
static void tell(int32_t old[4]) {
    uint64_t now = time_now(), left = alarm_at == NEVER ? 0 : alarm_at > now ? alarm_at - now : MICROSECOND;
    old[0] = (int32_t)(alarm_interval / SECOND);
    old[1] = (int32_t)(alarm_interval % SECOND / MICROSECOND);
    old[2] = (int32_t)(left / SECOND);
    old[3] = (int32_t)(left % SECOND / MICROSECOND);
}

long system_getitimer(int which, int32_t old[4]) {
    if (which != ITIMER_REAL) return -EINVAL;
    tell(old);
    return 0;
}

static bool is_duration(const int32_t time[2]) {
    return time[0] >= 0 && time[1] >= 0 && (uint64_t)(uint32_t)time[1] * MICROSECOND < SECOND;
}

long system_setitimer(int which, const int32_t new[4], int32_t old[4]) {
    if (which != ITIMER_REAL || !is_duration(new) || !is_duration(new + 2)) return -EINVAL;
    if (old) tell(old);
    uint64_t first = (uint64_t)new[2] * SECOND + (uint64_t)new[3] * MICROSECOND;
    alarm_interval = (uint64_t)new[0] * SECOND + (uint64_t)new[1] * MICROSECOND;
    alarm_at = first ? deadline_after(first) : NEVER;
    return 0;
}
