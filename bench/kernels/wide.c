/* wide: 64-bit arithmetic on a 32-bit machine: additions with carry, products, shifts, divisions, comparisons. */
#include "../support/bench.h"

static NOINLINE uint64_t power(uint64_t base, uint32_t exponent, uint32_t modulus) {
    uint64_t result = 1;
    for (base %= modulus; exponent != 0; exponent >>= 1) {
        if (exponent & 1) result = result * base % modulus;
        base = base * base % modulus;
    }
    return result;
}

static NOINLINE uint64_t scramble(uint64_t value) {
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ value >> 27) * 0x94d049bb133111ebull;
    return value ^ value >> 31;
}

static NOINLINE uint64_t greatest_divisor(uint64_t a, uint64_t b) {
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uint32_t fold(uint32_t checksum, uint64_t value) {
    return mix(mix(checksum, (uint32_t)value), (uint32_t)(value >> 32));
}

uint32_t kernel_run(void) {
    uint32_t checksum = 0;
    uint64_t state = 0x9e3779b97f4a7c15ull;
    int64_t balance = 0;
    for (uint32_t i = 1; i <= 60000; i++) {
        state += 0x9e3779b97f4a7c15ull;
        uint64_t value = scramble(state);
        int64_t signed_value = (int64_t)(value >> (i & 31)) - (int64_t)(value << (i & 15) >> 3);
        balance = balance < signed_value ? balance + (signed_value >> 5) : balance - signed_value / 3;
        checksum = fold(checksum, value);
    }
    for (uint32_t i = 1; i <= 300; i++) {
        checksum = fold(checksum, power(scramble(i), 0x10001u + i, 0xfffffffbu));
        checksum = fold(checksum, greatest_divisor(scramble(i) | 1, scramble(i + 1000)));
    }
    return fold(checksum, (uint64_t)balance);
}
