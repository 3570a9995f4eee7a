/*
 * ticker: idles between ticks, counts them, and says when it was woken too late for one.
 *
 * ticker [MILLISECONDS [COUNT]]: the period, 1000 by default; ends after COUNT ticks where it is given.
 *
 * Deadlines are absolute, so that lateness never adds up: tick N is due N periods after the start. A VM that is woken
 * more than a period late skips the ticks that are past and prints `missed` and how many they were.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    uint32_t milliseconds = number_argument(argc, argv, 1, 1000);
    uint32_t count = number_argument(argc, argv, 2, 0);
    if (milliseconds == 0) usage_error(argv, "the period must be at least 1 ms", "");
    uint64_t period = milliseconds * MILLISECOND;
    uint64_t start = denali_system_time();
    for (uint64_t tick = 1;; tick++) {
        uint64_t deadline = start + tick * period;
        idle_until(deadline);
        uint64_t missed = (denali_system_time() - deadline) / period;
        if (missed > 0) {
            printf("missed %llu\n", missed);
            tick += missed;
        }
        printf("tick %llu\n", tick);
        if (count != 0 && tick >= count) return 0;
    }
}
