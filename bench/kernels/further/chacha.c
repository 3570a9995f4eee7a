/* chacha: ChaCha20 and RC4. */
#include "../../support/bench.h"
static uint8_t data[8192];
#define ROTL(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define Q(a, b, c, d)                                                                                                  \
    x[a] += x[b];                                                                                                      \
    x[d] = ROTL(x[d] ^ x[a], 16);                                                                                      \
    x[c] += x[d];                                                                                                      \
    x[b] = ROTL(x[b] ^ x[c], 12);                                                                                      \
    x[a] += x[b];                                                                                                      \
    x[d] = ROTL(x[d] ^ x[a], 8);                                                                                       \
    x[c] += x[d];                                                                                                      \
    x[b] = ROTL(x[b] ^ x[c], 7);

static NOINLINE void chacha(uint32_t *out, const uint32_t *in) {
    uint32_t x[16];
    memcpy(x, in, 64);
    for (int i = 0; i < 10; i++) {
        Q(0, 4, 8, 12)
        Q(1, 5, 9, 13) Q(2, 6, 10, 14) Q(3, 7, 11, 15) Q(0, 5, 10, 15) Q(1, 6, 11, 12) Q(2, 7, 8, 13) Q(3, 4, 9, 14)
    }
    for (int i = 0; i < 16; i++) out[i] = x[i] + in[i];
}

static NOINLINE void rc4(uint8_t *d, size_t n, const uint8_t *key, int len) {
    uint8_t s[256], i = 0, j = 0;
    for (int k = 0; k < 256; k++) s[k] = (uint8_t)k;
    for (int k = 0; k < 256; k++) {
        j = (uint8_t)(j + s[k] + key[k % len]);
        uint8_t t = s[k];
        s[k] = s[j];
        s[j] = t;
    }
    j = 0;
    while (n--) {
        i++;
        j = (uint8_t)(j + s[i]);
        uint8_t t = s[i];
        s[i] = s[j];
        s[j] = t;
        *d++ ^= s[(uint8_t)(s[i] + s[j])];
    }
}

uint32_t kernel_run(void) {
    uint32_t in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 9, 9}, out[16],
             sum = 0;
    memset(data, 3, sizeof data);
    for (int again = 0; again < 4; again++)
        for (size_t i = 0; i < sizeof data; i += 64) {
            chacha(out, in);
            in[12]++;
            for (int j = 0; j < 64; j++) data[i + (size_t)j] ^= ((uint8_t *)out)[j];
        }
    for (int k = 0; k < 3; k++) rc4(data, sizeof data, (const uint8_t *)"secret key", 10);
    for (size_t i = 0; i < sizeof data; i += 4) {
        uint32_t w;
        memcpy(&w, data + i, 4);
        sum = mix(sum, w);
    }
    return sum;
}
