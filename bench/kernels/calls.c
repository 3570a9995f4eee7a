/* calls: many small functions, two to five arguments, none of them inlined: a call every few instructions. */
#include "../support/bench.h"

static NOINLINE int32_t minimum(int32_t a, int32_t b) { return a < b ? a : b; }
static NOINLINE int32_t maximum(int32_t a, int32_t b) { return a > b ? a : b; }
static NOINLINE int32_t clamp(int32_t value, int32_t low, int32_t high) { return maximum(low, minimum(high, value)); }
static NOINLINE int32_t blend(int32_t a, int32_t b, int32_t share, int32_t whole) {
    return a + (b - a) * share / whole;
}
static NOINLINE uint32_t pack(int32_t red, int32_t green, int32_t blue, int32_t alpha, uint32_t order) {
    if (order == 0) return (uint32_t)red << 24 | (uint32_t)green << 16 | (uint32_t)blue << 8 | (uint32_t)alpha;
    return (uint32_t)alpha << 24 | (uint32_t)blue << 16 | (uint32_t)green << 8 | (uint32_t)red;
}
static NOINLINE uint32_t shade(int32_t x, int32_t y, uint32_t noise) {
    int32_t red = clamp(x * 3 - y, 0, 255);
    int32_t green = clamp(blend(x, y, (int32_t)(noise & 63), 64), 16, 240);
    int32_t blue = clamp((int32_t)(noise >> 24) + y - x, 0, 255);
    return pack(red, green, blue, maximum(red, minimum(green, blue)), noise >> 8 & 1);
}

uint32_t kernel_run(void) {
    uint32_t random = 23;
    uint32_t checksum = 0;
    for (int32_t y = 0; y < 200; y++)
        for (int32_t x = 0; x < 320; x++) checksum = mix(checksum, shade(x, y, next_random(&random)));
    return checksum;
}
