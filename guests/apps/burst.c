/*
 * burst: computes and idles in turn, and reports how late it was woken; made for tuning the quantum.
 *
 * burst [BUSY [IDLE]]: milliseconds of each, 5 and 20 by default. A line sums up every 50 bursts.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

#define BURSTS_PER_LINE 50

int main(int argc, char **argv) {
    uint64_t busy = number_argument(argc, argv, 1, 5) * MILLISECOND;
    uint64_t idle = number_argument(argc, argv, 2, 20) * MILLISECOND;
    for (uint32_t bursts = 0;;) {
        uint64_t late = 0, latest = 0, stretched = 0;
        for (int i = 0; i < BURSTS_PER_LINE; i++, bursts++) {
            uint64_t due = denali_current_time() + idle;
            idle_until(due);
            uint64_t woken = denali_system_time();
            late += woken - due;
            if (woken - due > latest) latest = woken - due;
            /* Computing means burning instructions here; in a crowd it takes longer than it was asked for. */
            uint64_t work = busy * denali_registers.cpu_speed / MILLISECOND;
            for (volatile uint32_t rounds = (uint32_t)(work / 4); rounds > 0; rounds--) {
            }
            stretched += denali_current_time() - woken;
        }
        printf("%u bursts: woken %llu us late (worst %llu us), computed %llu us each\n", bursts,
               late / BURSTS_PER_LINE / MICROSECOND, latest / MICROSECOND, stretched / BURSTS_PER_LINE / MICROSECOND);
    }
}
