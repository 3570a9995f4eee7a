/* shorts: arithmetic on bytes and 16-bit numbers: filters with saturation, ADPCM, colour conversion, signed and
 * unsigned char. */
#include "../../support/bench.h"
#define N 8000
static int16_t samples[N], filtered[N], back[N];
static uint8_t codes[N];
static int8_t kernel8[16];
static uint8_t rgb[3 * N], yuv[3 * N];

static int16_t saturate(int32_t v) { return (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v); }

static uint8_t clamp(int v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }

static NOINLINE void fir(void) {
    for (int i = 0; i < N - 16; i++) {
        int32_t s = 0;
        for (int j = 0; j < 16; j++) s += samples[i + j] * kernel8[j];
        filtered[i] = saturate(s >> 6);
    }
}

static const int16_t steps[89] = {
    7,    8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,    25,   28,
    31,   34,    37,    41,    45,    50,    55,    60,    66,    73,    80,    88,    97,    107,  118,
    130,  143,   157,   173,   190,   209,   230,   253,   279,   307,   337,   371,   408,   449,  494,
    544,  598,   658,   724,   796,   876,   963,   1060,  1166,  1282,  1411,  1552,  1707,  1878, 2066,
    2272, 2499,  2749,  3024,  3327,  3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845, 8630,
    9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767};
static const int8_t moves[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

static NOINLINE void adpcm(void) {
    int16_t p = 0;
    int8_t k = 0;
    for (int i = 0; i < N; i++) {
        int d = filtered[i] - p;
        uint8_t c = 0;
        if (d < 0) {
            c = 8;
            d = -d;
        }
        int st = steps[k], diff = st >> 3;
        if (d >= st) {
            c |= 4;
            d -= st;
            diff += st;
        }
        st >>= 1;
        if (d >= st) {
            c |= 2;
            d -= st;
            diff += st;
        }
        st >>= 1;
        if (d >= st) {
            c |= 1;
            diff += st;
        }
        p = saturate(c & 8 ? p - diff : p + diff);
        k = (int8_t)(k + moves[c & 7]);
        if (k < 0) k = 0;
        if (k > 88) k = 88;
        codes[i] = c;
        back[i] = p;
    }
}

static NOINLINE void colours(void) {
    for (int i = 0; i < 3 * N; i += 3) {
        int r = rgb[i], g = rgb[i + 1], b = rgb[i + 2];
        yuv[i] = clamp((66 * r + 129 * g + 25 * b + 128) / 256 + 16);
        yuv[i + 1] = clamp((-38 * r - 74 * g + 112 * b + 128) / 256 + 128);
        yuv[i + 2] = clamp((112 * r - 94 * g - 18 * b + 128) / 256 + 128);
    }
}

static NOINLINE uint8_t sum8(const signed char *s, size_t n) {
    unsigned char a = 1, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = (uint8_t)(a + s[i]);
        b = (uint8_t)(b ^ (a << 1 | a >> 7));
        if (s[i] < -100) b--;
    }
    return (uint8_t)(a * b);
}

static NOINLINE uint16_t fletcher(const uint8_t *s, size_t n) {
    uint16_t a = 0, b = 0;
    while (n--) {
        a = (uint16_t)((a + *s++) % 255);
        b = (uint16_t)((b + a) % 255);
    }
    return (uint16_t)(b << 8 | a);
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0;
    for (int i = 0; i < 16; i++) kernel8[i] = (int8_t)(next_random(&random) % 40 - 16);
    for (int i = 0; i < N; i++) samples[i] = (int16_t)(next_random(&random) >> 3);
    for (int i = 0; i < 3 * N; i++) rgb[i] = (uint8_t)(next_random(&random) >> 5);
    fir();
    adpcm();
    colours();
    for (int i = 0; i < N; i += 5) sum = mix(sum, (uint32_t)(back[i] + codes[i] + yuv[3 * i + 1]));
    return mix(mix(sum, sum8((const signed char *)rgb, sizeof rgb)), fletcher(yuv, sizeof yuv));
}
