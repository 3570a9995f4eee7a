/* bignum: products, powers modulo by Montgomery, and decimal digits of big numbers with 64-bit intermediates. */
#include "../../support/bench.h"
#define N 16
typedef uint32_t big[N];

static NOINLINE void product(uint32_t *r, const uint32_t *a, const uint32_t *b, int n) {
    for (int i = 0; i < 2 * n; i++) r[i] = 0;
    for (int i = 0; i < n; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < n; j++) {
            carry += (uint64_t)a[i] * b[j] + r[i + j];
            r[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        r[i + n] = (uint32_t)carry;
    }
}

static NOINLINE void montgomery(uint32_t *r, const uint32_t *a, const uint32_t *b, const uint32_t *m,
                                uint32_t inverse) {
    uint32_t t[N + 2] = {0};
    for (int i = 0; i < N; i++) {
        uint64_t c = 0;
        for (int j = 0; j < N; j++) {
            c += (uint64_t)a[i] * b[j] + t[j];
            t[j] = (uint32_t)c;
            c >>= 32;
        }
        c += t[N];
        t[N] = (uint32_t)c;
        t[N + 1] = (uint32_t)(c >> 32);
        uint32_t q = t[0] * inverse;
        c = ((uint64_t)q * m[0] + t[0]) >> 32;
        for (int j = 1; j < N; j++) {
            c += (uint64_t)q * m[j] + t[j];
            t[j - 1] = (uint32_t)c;
            c >>= 32;
        }
        c += t[N];
        t[N - 1] = (uint32_t)c;
        t[N] = t[N + 1] + (uint32_t)(c >> 32);
    }
    int64_t borrow = 0;
    uint32_t s[N];
    for (int i = 0; i < N; i++) {
        borrow += (int64_t)t[i] - m[i];
        s[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    bool keep = borrow + t[N] < 0;
    for (int i = 0; i < N; i++) r[i] = keep ? t[i] : s[i];
}

static NOINLINE uint32_t divide(uint32_t *a, int n, uint32_t d) {
    uint64_t r = 0;
    for (int i = n - 1; i >= 0; i--) {
        r = r << 32 | a[i];
        a[i] = (uint32_t)(r / d);
        r %= d;
    }
    return (uint32_t)r;
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0;
    big a, b, m;
    uint32_t r[2 * N];
    for (int i = 0; i < N; i++) {
        a[i] = next_random(&random);
        b[i] = next_random(&random);
        m[i] = next_random(&random);
    }
    m[0] |= 1;
    m[N - 1] |= 0x80000000u;
    a[N - 1] >>= 1;
    b[N - 1] >>= 1;
    uint32_t inverse = 1;
    for (int i = 0; i < 5; i++) inverse *= 2 - m[0] * inverse;
    inverse = -inverse;
    for (int i = 0; i < 600; i++) {
        montgomery(a, a, b, m, inverse);
        if (i % 3 == 0) montgomery(b, b, b, m, inverse);
    }
    for (int i = 0; i < 200; i++) {
        product(r, a, b, N);
        for (int j = 0; j < N; j++) a[j] = r[j + N / 2] ^ (uint32_t)i;
    }
    for (int i = 0; i < N; i++) sum = mix(sum, a[i] ^ b[i]);
    for (int i = 0; i < 30; i++) sum = mix(sum, divide(r, 2 * N, 1000000000u));
    return sum;
}
