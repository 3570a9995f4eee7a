/* siphash: SipHash-2-4 of strings of all short lengths: 64-bit additions, exclusive ors and rotations. */
#include "../../support/bench.h"
static uint8_t data[4096];
#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define ROUND                                                                                                          \
    v0 += v1;                                                                                                          \
    v1 = ROTL(v1, 13);                                                                                                 \
    v1 ^= v0;                                                                                                          \
    v0 = ROTL(v0, 32);                                                                                                 \
    v2 += v3;                                                                                                          \
    v3 = ROTL(v3, 16);                                                                                                 \
    v3 ^= v2;                                                                                                          \
    v0 += v3;                                                                                                          \
    v3 = ROTL(v3, 21);                                                                                                 \
    v3 ^= v0;                                                                                                          \
    v2 += v1;                                                                                                          \
    v1 = ROTL(v1, 17);                                                                                                 \
    v1 ^= v2;                                                                                                          \
    v2 = ROTL(v2, 32);

static NOINLINE uint64_t siphash(const uint8_t *in, size_t n, uint64_t k0, uint64_t k1) {
    uint64_t v0 = 0x736f6d6570736575ull ^ k0, v1 = 0x646f72616e646f6dull ^ k1, v2 = 0x6c7967656e657261ull ^ k0,
             v3 = 0x7465646279746573ull ^ k1, m, b = (uint64_t)n << 56;
    const uint8_t *end = in + (n & ~7u);
    for (; in != end; in += 8) {
        memcpy(&m, in, 8);
        v3 ^= m;
        ROUND ROUND v0 ^= m;
    }
    for (size_t i = 0; i < (n & 7); i++) b |= (uint64_t)in[i] << (8 * i);
    v3 ^= b;
    ROUND ROUND v0 ^= b;
    v2 ^= 0xff;
    ROUND ROUND ROUND ROUND return v0 ^ v1 ^ v2 ^ v3;
}

uint32_t kernel_run(void) {
    uint32_t random = 9, sum = 0;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)next_random(&random);
    for (uint32_t i = 0; i < 8000; i++) {
        uint64_t h = siphash(data + i % 3000, i % 61, 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull + i);
        sum = mix(sum, (uint32_t)(h >> 32) ^ (uint32_t)h);
    }
    return sum;
}
