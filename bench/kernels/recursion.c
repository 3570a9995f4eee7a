/* recursion: Fibonacci numbers by definition, a function that calls itself twice. */
#include "../support/bench.h"

/* Else gcc unrolls the recursion into one large function, which is no longer what is to be measured. */
static NOINLINE __attribute__((optimize("no-optimize-sibling-calls"))) uint32_t fibonacci(uint32_t n) {
    if (n < 2) return n;
    return fibonacci(n - 1) + fibonacci(n - 2);
}

uint32_t kernel_run(void) { return fibonacci(27); }
