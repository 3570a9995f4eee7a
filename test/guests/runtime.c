/*
 * Exercises the guest runtime. Compiled twice: as a guest, and with -DNATIVE against the host's C library, which must print
 * the same.
 */
#ifdef NATIVE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#else
#include "runtime.h"
#endif

/* Marsaglia's xorshift: the same numbers everywhere. */
static uint64_t random_state = 88172645463325252ull;
static uint64_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Of any size, with runs of zeros and ones. */
static uint64_t next_number(void) {
    uint64_t number = next_random() >> next_random() % 64;
    return next_random() % 4 == 0 ? ~number : number;
}

/* Formats with warnings of their own: `0` is ignored with `-`, and an empty field is. */
#pragma GCC diagnostic ignored "-Wformat"
static void formats(void) {
    printf("%d|%d|%d|%u|%x\n", 0, -1, (int)0x80000000, 0xffffffffu, 0xdeadbeefu);
    printf("%5d|%-5d|%05d|%5s|%-5s|%c%%\n", -42, -42, -42, "ab", "ab", 'z');
    printf("%2d|%02x|%-3u|%*d|%-*s|\n", 12345, 0xabcu, 7u, 6, -3, 6, "left");
    printf("%lld|%llu|%llx|%020lld|%-20llu|\n", (long long)INT64_MIN, (unsigned long long)UINT64_MAX,
           0x123456789abcdefull, -1234567890123ll, 9876543210ull);
    printf("%s\n", "a text that is longer than the buffer of printf: ................................................"
                   "..............................................................................................."
                   "............................................................ and ends here");
}

static void divisions(void) {
    for (int i = 0; i < 500; i++) {
        uint64_t a = next_number(), b = next_number();
        if (b == 0) b = 1;
        printf("%llu / %llu = %llu, %llu\n", (unsigned long long)a, (unsigned long long)b, (unsigned long long)(a / b),
               (unsigned long long)(a % b));
        int64_t c = (int64_t)next_number(), d = (int64_t)next_number();
        if (d == 0 || (c == INT64_MIN && d == -1)) d = 3;
        printf("%lld / %lld = %lld, %lld\n", (long long)c, (long long)d, (long long)(c / d), (long long)(c % d));
    }
}

static uint32_t checksum(const uint8_t *bytes, uint32_t length) {
    uint32_t sum = 2166136261u;
    for (uint32_t i = 0; i < length; i++) sum = (sum ^ bytes[i]) * 16777619u;
    return sum;
}

/* Through a volatile pointer, so that the compiler calls the functions rather than knowing their results. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;

static int sign(int number) { return (number > 0) - (number < 0); }

static void memories(void) {
    static uint8_t bytes[512];
    for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)next_random();
    for (int i = 0; i < 300; i++) {
        uint32_t length = next_random() % 70, from = next_random() % 200, to = next_random() % 200;
        bool at_start = true;
        if (i % 3 == 0) at_start = move(bytes + to, bytes + from, length) == bytes + to;
        else if (i % 3 == 1) at_start = copy(bytes + 256 + to, bytes + from, length % 50) == bytes + 256 + to;
        else at_start = set(bytes + to, (int)next_random(), length) == bytes + to;
        printf("%d %08x %d\n", at_start, checksum(bytes, sizeof bytes), sign(compare(bytes + from, bytes + to, length)));
    }
    printf("%d %d %d\n", (int)strlen("twelve bytes"), sign(strcmp("abc", "abd")), sign(strcmp("abc\xff", "abc")));
}

int main(void) {
    formats();
    divisions();
    memories();
    return 0;
}
