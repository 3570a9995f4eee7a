/* bytes: copying, filling, searching and comparing, by the library's functions and by plain loops, in all sizes. */
#include "../support/bench.h"

#define SIZE 65536

static uint8_t from[SIZE];
static uint8_t to[SIZE];

static NOINLINE void copy(uint8_t *target, const uint8_t *source, size_t length) {
    for (size_t i = 0; i < length; i++) target[i] = source[i];
}

static NOINLINE size_t find(const uint8_t *bytes, uint8_t wanted, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] == wanted) return i;
    return length;
}

static NOINLINE void upper_case(uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (bytes[i] >= 'a' && bytes[i] <= 'z') bytes[i] = (uint8_t)(bytes[i] - 'a' + 'A');
}

static NOINLINE uint32_t internet_checksum(const uint8_t *bytes, size_t length) {
    uint32_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2) sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

uint32_t kernel_run(void) {
    uint32_t random = 43;
    for (size_t i = 0; i < SIZE; i++) from[i] = (uint8_t)(next_random(&random) >> 9);
    memset(to, ' ', SIZE);
    uint32_t checksum = 0;
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t at = next_random(&random) % (SIZE / 2);
        size_t length = i % 10 == 0 ? 1500 : 4 + next_random(&random) % 60;
        memcpy(to + at, from + at / 2, length);
        copy(to + at + length, from + at, length);
        upper_case(to + at, length);
        checksum = mix(checksum, internet_checksum(to + at, length));
        checksum = mix(checksum, (uint32_t)find(to + at, '\n', SIZE / 16));
        checksum += (uint32_t)memcmp(to + at, from + at / 2, length);
        memset(to + at, (int)i, length / 2);
    }
    return checksum;
}
