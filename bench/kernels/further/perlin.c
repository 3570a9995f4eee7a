/* perlin: noise in single precision. */
#include "../../support/bench.h"
static uint8_t perm[512];

static float fade(float t) { return t * t * t * (t * (t * 6 - 15) + 10); }

static float lerp(float t, float a, float b) { return a + t * (b - a); }

static float grad(int h, float x, float y, float z) {
    h &= 15;
    float u = h < 8 ? x : y, v = h < 4 ? y : h == 12 || h == 14 ? x : z;
    return ((h & 1) ? -u : u) + ((h & 2) ? -v : v);
}

static int down(float v) {
    int i = (int)v;
    return v < (float)i ? i - 1 : i;
}

static NOINLINE float noise(float x, float y, float z) {
    int ix = down(x), iy = down(y), iz = down(z);
    x -= (float)ix;
    y -= (float)iy;
    z -= (float)iz;
    ix &= 255;
    iy &= 255;
    iz &= 255;
    float u = fade(x), v = fade(y), w = fade(z);
    int a = perm[ix] + iy, aa = perm[a & 511] + iz, ab = perm[(a + 1) & 511] + iz, b = perm[ix + 1] + iy,
        ba = perm[b & 511] + iz, bb = perm[(b + 1) & 511] + iz;
    return lerp(
        w,
        lerp(v, lerp(u, grad(perm[aa & 511], x, y, z), grad(perm[ba & 511], x - 1, y, z)),
             lerp(u, grad(perm[ab & 511], x, y - 1, z), grad(perm[bb & 511], x - 1, y - 1, z))),
        lerp(v, lerp(u, grad(perm[(aa + 1) & 511], x, y, z - 1), grad(perm[(ba + 1) & 511], x - 1, y, z - 1)),
             lerp(u, grad(perm[(ab + 1) & 511], x, y - 1, z - 1), grad(perm[(bb + 1) & 511], x - 1, y - 1, z - 1))));
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0;
    for (int i = 0; i < 256; i++) perm[i] = (uint8_t)i;
    for (int i = 255; i > 0; i--) {
        int j = (int)(next_random(&random) % (uint32_t)(i + 1));
        uint8_t t = perm[i];
        perm[i] = perm[j];
        perm[j] = t;
    }
    for (int i = 0; i < 256; i++) perm[256 + i] = perm[i];
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 40; x++) {
            float v = 0, amp = 1, f = 0.07f;
            for (int o = 0; o < 4; o++) {
                v += amp * noise((float)x * f, (float)y * f - 3, 0.37f * (float)o);
                amp *= 0.5f;
                f *= 2;
            }
            sum = mix(sum, (uint32_t)(int32_t)(v * 1000));
        }
    return sum;
}
