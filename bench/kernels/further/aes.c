/* aes: AES-128 in CBC with four tables of words. */
#include "../../support/bench.h"
static uint8_t sbox[256];
static uint32_t t0[256], t1[256], t2[256], t3[256], rk[44];
static uint8_t data[4096];

static uint8_t rotl8(uint8_t x, int n) { return (uint8_t)(x << n | x >> (8 - n)); }

static void tables(void) {
    uint8_t p = 1, q = 1;
    do {
        p = (uint8_t)(p ^ (p << 1) ^ (p & 0x80 ? 0x1b : 0));
        q ^= q << 1;
        q ^= q << 2;
        q ^= q << 4;
        q ^= q & 0x80 ? 0x09 : 0;
        sbox[p] = q ^ rotl8(q, 1) ^ rotl8(q, 2) ^ rotl8(q, 3) ^ rotl8(q, 4) ^ 0x63;
    } while (p != 1);
    sbox[0] = 0x63;
    for (int i = 0; i < 256; i++) {
        uint8_t s = sbox[i], d = (uint8_t)(s << 1 ^ (s & 0x80 ? 0x1b : 0));
        uint32_t w = (uint32_t)d << 24 | (uint32_t)s << 16 | (uint32_t)s << 8 | (uint8_t)(d ^ s);
        t0[i] = w;
        t1[i] = w >> 8 | w << 24;
        t2[i] = w >> 16 | w << 16;
        t3[i] = w >> 24 | w << 8;
    }
}

static uint32_t get(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put(uint8_t *p, uint32_t w) {
    p[0] = (uint8_t)(w >> 24);
    p[1] = (uint8_t)(w >> 16);
    p[2] = (uint8_t)(w >> 8);
    p[3] = (uint8_t)w;
}

static NOINLINE void expand(const uint8_t *key) {
    uint32_t rcon = 1;
    for (int i = 0; i < 4; i++) rk[i] = get(key + 4 * i);
    for (int i = 4; i < 44; i++) {
        uint32_t t = rk[i - 1];
        if (i % 4 == 0) {
            t = (uint32_t)sbox[t >> 16 & 255] << 24 | (uint32_t)sbox[t >> 8 & 255] << 16 |
                (uint32_t)sbox[t & 255] << 8 | sbox[t >> 24];
            t ^= rcon << 24;
            rcon = rcon << 1 ^ (rcon & 0x80 ? 0x11b : 0);
        }
        rk[i] = rk[i - 4] ^ t;
    }
}

#define COL(a, b, c, d, k) (t0[(a) >> 24] ^ t1[(b) >> 16 & 255] ^ t2[(c) >> 8 & 255] ^ t3[(d)&255] ^ (k))
#define LAST(a, b, c, d, k)                                                                                            \
    (((uint32_t)sbox[(a) >> 24] << 24 | (uint32_t)sbox[(b) >> 16 & 255] << 16 | (uint32_t)sbox[(c) >> 8 & 255] << 8 |  \
      sbox[(d)&255]) ^                                                                                                 \
     (k))

static NOINLINE void encrypt(uint8_t *block, const uint8_t *iv) {
    const uint32_t *k = rk;
    uint32_t a = get(block) ^ get(iv) ^ k[0], b = get(block + 4) ^ get(iv + 4) ^ k[1],
             c = get(block + 8) ^ get(iv + 8) ^ k[2], d = get(block + 12) ^ get(iv + 12) ^ k[3];
    for (int r = 1; r < 10; r++) {
        k += 4;
        uint32_t e = COL(a, b, c, d, k[0]), f = COL(b, c, d, a, k[1]), g = COL(c, d, a, b, k[2]),
                 h = COL(d, a, b, c, k[3]);
        a = e;
        b = f;
        c = g;
        d = h;
    }
    k += 4;
    put(block, LAST(a, b, c, d, k[0]));
    put(block + 4, LAST(b, c, d, a, k[1]));
    put(block + 8, LAST(c, d, a, b, k[2]));
    put(block + 12, LAST(d, a, b, c, k[3]));
}

uint32_t kernel_run(void) {
    static const uint8_t key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    tables();
    expand(key);
    uint32_t random = 7, sum = 0;
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)next_random(&random);
    for (int round = 0; round < 40; round++) {
        const uint8_t *iv = key;
        for (size_t i = 0; i < sizeof data; i += 16) {
            encrypt(data + i, iv);
            iv = data + i;
        }
        sum = mix(sum, get(data + sizeof data - 16));
    }
    return sum;
}
