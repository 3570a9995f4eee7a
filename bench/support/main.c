/*
 * The same in every program of the speed benchmark: warms up, marks the start, works, marks the end with the checksum.
 * PROGRAM WARM-UP ITERATIONS, each a number of calls of the kernel.
 */
#include "bench.h"

static uint32_t number(const char *text) {
    uint32_t value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (uint32_t)(*text++ - '0');
    return value;
}

static void hexadecimal(char *text, uint32_t value) {
    for (int digit = 7; digit >= 0; digit--, value >>= 4) text[digit] = "0123456789abcdef"[value & 15];
}

/* Answers 1 when two calls of the kernel disagreed. */
int bench_main(int argc, char **argv) {
    if (argc != 3) return 2;
    uint32_t warm_up = number(argv[1]);
    uint32_t iterations = number(argv[2]);
    uint32_t checksum = kernel_run();
    for (uint32_t i = 1; i < warm_up; i++)
        if (kernel_run() != checksum) return 1;
    bench_mark("begin");
    for (uint32_t i = 0; i < iterations; i++)
        if (kernel_run() != checksum) return 1;
    char line[] = "end ########";
    hexadecimal(line + 4, checksum);
    bench_mark(line);
    return 0;
}
