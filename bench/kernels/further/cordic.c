/* cordic: sines by shifts and additions, and fixed-point arithmetic in 16.16 with 64-bit products. */
#include "../../support/bench.h"
static const int32_t angles[16] = {51472, 30386, 16055, 8150, 4091, 2047, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2};

static NOINLINE void sincos(int32_t a, int32_t *s, int32_t *c) {
    int32_t x = 39797, y = 0;
    for (int i = 0; i < 16; i++) {
        int32_t dx = x >> i, dy = y >> i;
        if (a >= 0) {
            x -= dy;
            y += dx;
            a -= angles[i];
        } else {
            x += dy;
            y -= dx;
            a += angles[i];
        }
    }
    *s = y;
    *c = x;
}

static int32_t fmul(int32_t a, int32_t b) { return (int32_t)((int64_t)a * b >> 16); }

static int32_t fdiv(int32_t a, int32_t b) { return (int32_t)(((int64_t)a << 16) / b); }

static NOINLINE int32_t froot(int32_t v) {
    int32_t r = v > 65536 ? v >> 1 : 65536;
    for (int i = 0; i < 8; i++) r = (r + fdiv(v, r)) >> 1;
    return r;
}

uint32_t kernel_run(void) {
    uint32_t sum = 0;
    int32_t x = 65536, y = 0;
    for (int i = 0; i < 6000; i++) {
        int32_t s, c;
        sincos(i * 34 - 100000, &s, &c);
        int32_t nx = fmul(x, c) - fmul(y, s);
        y = fmul(x, s) + fmul(y, c);
        x = nx;
        if (i % 16 == 0) {
            int32_t n = froot(fmul(x, x) + fmul(y, y));
            if (n) {
                x = fdiv(x, n);
                y = fdiv(y, n);
            }
        }
        sum = mix(sum, (uint32_t)(x ^ y << 3));
    }
    return sum;
}
