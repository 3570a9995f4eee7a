/*
 * burst: computes and idles in turn, and reports how late it was woken; made for tuning the quantum.
 *
 * burst [BUSY [IDLE]]: milliseconds of each, 5 and 20 by default. A line sums up every 50 bursts.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

#define BURSTS_PER_LINE 50
#define PIECES_PER_MILLISECOND 10
#define INSTRUCTIONS_PER_ROUND 2

/*
 * Computing means burning the instructions that take the CPU for that time; in a crowd it takes longer than it was asked
 * for. Going by the clock, it would burn fewer in a crowd, and no quantum would show. It goes piece by piece because the
 * speed may change meanwhile: when this guest is translated, or while the host is busy.
 */
static void compute(uint64_t milliseconds) {
    for (uint64_t pieces = milliseconds * PIECES_PER_MILLISECOND; pieces > 0; pieces--) {
        /* Thousands of instructions a second are instructions a millisecond. */
        uint32_t rounds = denali_registers.cpu_speed / PIECES_PER_MILLISECOND / INSTRUCTIONS_PER_ROUND;
        for (; rounds > 0; rounds--) __asm__ volatile("" : "+r"(rounds));
    }
}

int main(int argc, char **argv) {
    uint32_t busy = number_argument(argc, argv, 1, 5);
    uint64_t idle = number_argument(argc, argv, 2, 20) * MILLISECOND;
    for (uint32_t bursts = 0;;) {
        uint64_t late = 0, latest = 0, stretched = 0;
        for (int i = 0; i < BURSTS_PER_LINE; i++, bursts++) {
            uint64_t due = denali_current_time() + idle;
            idle_until(due);
            uint64_t woken = denali_system_time();
            late += woken - due;
            if (woken - due > latest) latest = woken - due;
            compute(busy);
            stretched += denali_current_time() - woken;
        }
        printf("%u bursts: woken %llu us late (worst %llu us), computed %llu us each\n", bursts,
               late / BURSTS_PER_LINE / MICROSECOND, latest / MICROSECOND, stretched / BURSTS_PER_LINE / MICROSECOND);
    }
}
