/*
 * tick: idles until its next tick, over and over, and does nothing else: a timer, a switch, and no line printed.
 *
 * tick MILLISECONDS: the period.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    uint64_t period = number_argument(argc, argv, 1, 1000) * MILLISECOND;
    uint64_t deadline = denali_system_time();
    for (;;) idle_until(deadline += period);
}
