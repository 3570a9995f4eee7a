/* bits: counting, finding, reversing and moving bits; bitboards of 64. */
#include "../../support/bench.h"

static inline int ctz64(uint64_t v) {
    return (uint32_t)v ? __builtin_ctz((uint32_t)v) : 32 + __builtin_ctz((uint32_t)(v >> 32));
}

#define __builtin_ctzll ctz64

static uint32_t popcount(uint32_t v) {
    v -= v >> 1 & 0x55555555;
    v = (v & 0x33333333) + (v >> 2 & 0x33333333);
    return ((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

static uint32_t reverse(uint32_t v) {
    v = v >> 1 & 0x55555555 | (v & 0x55555555) << 1;
    v = v >> 2 & 0x33333333 | (v & 0x33333333) << 2;
    v = v >> 4 & 0x0f0f0f0f | (v & 0x0f0f0f0f) << 4;
    return __builtin_bswap32(v);
}

static NOINLINE uint32_t leading(uint32_t v) {
    uint32_t n = 0;
    while (!(v & 0x80000000u)) {
        v <<= 1;
        n++;
        if (n == 32) break;
    }
    return n;
}

static uint32_t gray(uint32_t v) { return v ^ v >> 1; }

static uint32_t ungray(uint32_t v) {
    for (int s = 16; s; s >>= 1) v ^= v >> s;
    return v;
}

static uint32_t morton(uint32_t x) {
    x &= 0xffff;
    x = (x | x << 8) & 0x00ff00ff;
    x = (x | x << 4) & 0x0f0f0f0f;
    x = (x | x << 2) & 0x33333333;
    return (x | x << 1) & 0x55555555;
}

static NOINLINE uint32_t knights(uint64_t b) {
    uint64_t l1 = b >> 1 & 0x7f7f7f7f7f7f7f7full, l2 = b >> 2 & 0x3f3f3f3f3f3f3f3full,
             r1 = b << 1 & 0xfefefefefefefefeull, r2 = b << 2 & 0xfcfcfcfcfcfcfcfcull, h1 = l1 | r1, h2 = l2 | r2;
    uint64_t m = h1 << 16 | h1 >> 16 | h2 << 8 | h2 >> 8;
    uint32_t s = 0;
    while (m) {
        s = s * 3 + (uint32_t)__builtin_ctzll(m);
        m &= m - 1;
    }
    return s;
}

static uint32_t set[1024];

uint32_t kernel_run(void) {
    uint32_t random = 31, sum = 0;
    memset(set, 0, sizeof set);
    for (int i = 0; i < 12000; i++) {
        uint32_t r = next_random(&random);
        sum += popcount(r) + leading(r >> (i & 31)) + (uint32_t)__builtin_clz(r | 1);
        sum = mix(sum, reverse(r) ^ ungray(gray(r)) ^ morton(r) ^ morton(r >> 16) << 1);
        set[r >> 5 & 1023] ^= 1u << (r & 31);
        if (set[r >> 10 & 1023] >> (r & 31) & 1) sum++;
        sum = sum >> (r & 15) | sum << (32 - (r & 15)) % 32;
        if (i % 8 == 0) sum = mix(sum, knights((uint64_t)r << 32 | sum));
        if (r & 3) sum ^= (uint32_t)__builtin_parity(r) << 7 | (uint32_t)__builtin_ffs((int)r);
    }
    return sum;
}
