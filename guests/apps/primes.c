/*
 * primes: looks for prime numbers for ever and never idles.
 *
 * primes [N]: prints a line for every N primes found, 1000 by default.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

/* Odd primes below 2^16: enough to test every 32-bit number by trial division. */
#define SMALL_PRIMES 6541
static uint16_t small_primes[SMALL_PRIMES];
static uint32_t small_prime_count;

static bool is_prime(uint32_t odd) {
    for (uint32_t i = 0; i < small_prime_count; i++) {
        uint32_t divisor = small_primes[i];
        if (divisor * divisor > odd) break;
        if (odd % divisor == 0) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    uint32_t interval = number_argument(argc, argv, 1, 1000);
    if (interval == 0) interval = 1;
    for (;;) {
        uint32_t found = 1; /* The number 2. */
        small_prime_count = 0;
        for (uint32_t candidate = 3; candidate >= 3; candidate += 2) {
            if (!is_prime(candidate)) continue;
            if (small_prime_count < SMALL_PRIMES) small_primes[small_prime_count++] = (uint16_t)candidate;
            found++;
            if (found % interval == 0) printf("%u primes up to %u\n", found, candidate);
        }
        print("tested every 32-bit number, once more\n");
    }
}
