/* tak: Takeuchi's function, Ackermann's, Hanoi's towers and mutual recursion. */
#include "../../support/bench.h"

static NOINLINE int tak(int x, int y, int z) {
    return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z;
}

static NOINLINE unsigned ackermann(unsigned m, unsigned n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static uint32_t moves;

static NOINLINE void hanoi(int n, int a, int b, int c) {
    if (n == 0) return;
    hanoi(n - 1, a, c, b);
    moves = moves * 3 + (uint32_t)(a * 4 + b);
    hanoi(n - 1, c, b, a);
}

static NOINLINE int female(int n);

static NOINLINE int male(int n) { return n ? n - female(male(n - 1)) : 0; }

static NOINLINE int female(int n) { return n ? n - male(female(n - 1)) : 1; }

uint32_t kernel_run(void) {
    moves = 0;
    hanoi(12, 1, 2, 3);
    return mix(mix(mix((uint32_t)tak(14, 8, 3), ackermann(2, 120)), moves), (uint32_t)male(25));
}
