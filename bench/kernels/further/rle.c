/* rle: run lengths, move to front and deltas written as variable-length numbers, and back. */
#include "../../support/bench.h"
#define N 20000
static uint8_t in[N], out[2 * N], back[N];
static uint8_t list[256];

static NOINLINE size_t pack(void) {
    uint8_t *e = out;
    for (size_t i = 0; i < N;) {
        size_t n = 1;
        while (i + n < N && n < 130 && in[i + n] == in[i]) n++;
        if (n > 2) {
            *e++ = (uint8_t)(n + 125);
            *e++ = in[i];
            i += n;
        } else {
            size_t s = i;
            while (i < N && i - s < 127 && !(i + 2 < N && in[i] == in[i + 1] && in[i] == in[i + 2])) i++;
            *e++ = (uint8_t)(i - s);
            while (s < i) *e++ = in[s++];
        }
    }
    return (size_t)(e - out);
}

static NOINLINE size_t unpack(size_t n) {
    uint8_t *e = back;
    for (const uint8_t *p = out; p < out + n;) {
        uint8_t c = *p++;
        if (c >= 128) {
            memset(e, *p++, c - 125u);
            e += c - 125;
        } else {
            memcpy(e, p, c);
            e += c;
            p += c;
        }
    }
    return (size_t)(e - back);
}

static NOINLINE void front(uint8_t *d, size_t n) {
    for (int i = 0; i < 256; i++) list[i] = (uint8_t)i;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = d[i], j = 0, t = list[0];
        while (t != c) {
            j++;
            uint8_t u = list[j];
            list[j] = t;
            t = u;
        }
        list[0] = c;
        d[i] = j;
    }
}

static NOINLINE size_t numbers(const uint32_t *v, size_t n, uint8_t *to) {
    uint8_t *e = to;
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t d = (int32_t)(v[i] - last);
        uint32_t z = (uint32_t)d << 1 ^ (uint32_t)(d >> 31);
        last = v[i];
        while (z >= 128) {
            *e++ = (uint8_t)(z | 128);
            z >>= 7;
        }
        *e++ = (uint8_t)z;
    }
    return (size_t)(e - to);
}

uint32_t kernel_run(void) {
    uint32_t r = 5, s = 0;
    for (size_t i = 0; i < N;) {
        uint32_t q = next_random(&r);
        for (uint32_t n = q & 1 ? q >> 8 & 15 : 1; n && i < N; n--) in[i++] = (uint8_t)(q >> 16 & 31);
    }
    size_t n = pack();
    s = mix(s, n);
    s = mix(s, unpack(n));
    for (int i = 0; i < N; i += 3) s = mix(s, back[i]);
    front(back, N);
    for (int i = 0; i < N; i += 3) s = mix(s, back[i]);
    s = mix(s, numbers((const uint32_t *)in, N / 4, out));
    return s;
}
