/* rational: fractions of 64-bit numbers, reduced by Euclid and by the binary algorithm; square roots of whole numbers.
 */
#include "../../support/bench.h"

static inline int ctz64(uint64_t v) {
    return (uint32_t)v ? __builtin_ctz((uint32_t)v) : 32 + __builtin_ctz((uint32_t)(v >> 32));
}

#define __builtin_ctzll ctz64

typedef struct {
    int64_t n, d;
} fraction;

static NOINLINE int64_t euclid(int64_t a, int64_t b) {
    while (b) {
        int64_t t = a % b;
        a = b;
        b = t;
    }
    return a < 0 ? -a : a;
}

static NOINLINE uint64_t binary(uint64_t a, uint64_t b) {
    if (!a || !b) return a | b;
    int s = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    do {
        b >>= __builtin_ctzll(b);
        if (a > b) {
            uint64_t t = a;
            a = b;
            b = t;
        }
        b -= a;
    } while (b);
    return a << s;
}

static fraction reduce(int64_t n, int64_t d) {
    int64_t g = euclid(n, d);
    if (d < 0) g = -g;
    return (fraction){n / g, d / g};
}

static NOINLINE fraction add(fraction a, fraction b) { return reduce(a.n * b.d + b.n * a.d, a.d * b.d); }

static NOINLINE fraction mul(fraction a, fraction b) { return reduce(a.n * b.n, a.d * b.d); }

static NOINLINE uint32_t root(uint64_t v) {
    uint64_t r = 0;
    for (uint64_t bit = 1ull << 62; bit; bit >>= 2) {
        if (v >= r + bit) {
            v -= r + bit;
            r = (r >> 1) + bit;
        } else r >>= 1;
    }
    return (uint32_t)r;
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0;
    for (int i = 0; i < 500; i++) {
        fraction a = reduce((int32_t)next_random(&random) % 30000, 1 + next_random(&random) % 30000),
                 b = reduce((int32_t)next_random(&random) % 30000, 1 + next_random(&random) % 30000);
        fraction c = add(a, b), d = mul(a, b);
        sum = mix(sum, (uint32_t)(c.n ^ c.d >> 7));
        sum = mix(sum, (uint32_t)(d.n - d.d));
        uint64_t big = (uint64_t)next_random(&random) << 32 | next_random(&random);
        sum = mix(sum, root(big));
        sum = mix(sum, (uint32_t)binary(big, (uint64_t)next_random(&random) << 20));
    }
    return sum;
}
