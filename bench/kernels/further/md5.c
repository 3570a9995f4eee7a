/* md5 */
#include "../../support/bench.h"
static uint8_t data[16384];
#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))
#define S(f, a, b, c, d, x, t, s)                                                                                      \
    (a) += f((b), (c), (d)) + (x) + (t);                                                                               \
    (a) = (a) << (s) | (a) >> (32 - (s));                                                                              \
    (a) += (b);
#define R(f, k0, k1, k2, k3, s0, s1, s2, s3, t0, t1, t2, t3)                                                           \
    S(f, a, b, c, d, w[k0], t0, s0)                                                                                    \
    S(f, d, a, b, c, w[k1], t1, s1) S(f, c, d, a, b, w[k2], t2, s2) S(f, b, c, d, a, w[k3], t3, s3)

static NOINLINE void block(uint32_t *h, const uint8_t *p) {
    uint32_t w[16];
    memcpy(w, p, 64);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    R(F, 0, 1, 2, 3, 7, 12, 17, 22, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee)
    R(F, 4, 5, 6, 7, 7, 12, 17, 22, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501)
    R(F, 8, 9, 10, 11, 7, 12, 17, 22, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be)
    R(F, 12, 13, 14, 15, 7, 12, 17, 22, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821)
    R(G, 1, 6, 11, 0, 5, 9, 14, 20, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa)
    R(G, 5, 10, 15, 4, 5, 9, 14, 20, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8)
    R(G, 9, 14, 3, 8, 5, 9, 14, 20, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed)
    R(G, 13, 2, 7, 12, 5, 9, 14, 20, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a)
    R(H, 5, 8, 11, 14, 4, 11, 16, 23, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c)
    R(H, 1, 4, 7, 10, 4, 11, 16, 23, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70)
    R(H, 13, 0, 3, 6, 4, 11, 16, 23, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05)
    R(H, 9, 12, 15, 2, 4, 11, 16, 23, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665)
    R(I, 0, 7, 14, 5, 6, 10, 15, 21, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039)
    R(I, 12, 3, 10, 1, 6, 10, 15, 21, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1)
    R(I, 8, 15, 6, 13, 6, 10, 15, 21, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1)
    R(I, 4, 11, 2, 9, 6, 10, 15, 21, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391)
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

uint32_t kernel_run(void) {
    uint32_t random = 9, sum = 0;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)next_random(&random);
    for (int n = 0; n < 12; n++) {
        uint32_t h[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
        for (size_t i = 0; i < sizeof data; i += 64) block(h, data + i);
        sum = mix(sum, h[0] ^ h[1] ^ h[2] ^ h[3]);
        data[n] ^= (uint8_t)sum;
    }
    return sum;
}
