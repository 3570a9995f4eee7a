/*
 * recursion: recurses as deep as it is told, returns, and prints what it has computed on both ways.
 *
 * recursion [N]: N frames of 64 bytes and more, 1000 by default; a million need memory of 96 MiB.
 * recursion endless: never returns; ends where memory does.
 */
#include "runtime.h"

DENALI_MEMORY(1024 * 1024);

#define FRAME_WORDS 12

/* A random number for each depth on the way down (Numerical Recipes' generator), folded together on the way up. */
static __attribute__((noinline, noclone)) uint32_t descend(uint32_t depth, uint32_t random) {
    volatile uint32_t frame[FRAME_WORDS];
    frame[depth % FRAME_WORDS] = random;
    if (depth == 0) return random;
    uint32_t below = descend(depth - 1, random * 1664525 + 1013904223);
    return below * 31 + frame[depth % FRAME_WORDS];
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "endless") == 0) return (int)descend(UINT32_MAX, 0);
    uint32_t depth = number_argument(argc, argv, 1, 1000);
    printf("%u frames: %08x\n", depth, descend(depth, 1));
    return 0;
}
