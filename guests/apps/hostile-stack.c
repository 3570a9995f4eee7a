/*
 * hostile-stack: recurses without end, through all of its memory.
 *
 * On its way down the stack overwrites the program's own data and text and the virtual registers, and ends below
 * address 0.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

static __attribute__((noinline, noclone)) uint32_t recurse(uint32_t depth) {
    volatile uint32_t frame[16];
    frame[depth % 16] = depth;
    if (depth == UINT32_MAX) return 0; /* Memory ends long before. */
    return recurse(depth + 1) + frame[depth % 16];
}

int main(void) {
    attempt("recurse without end");
    return (int)recurse(0);
}
