/* sieve: prime numbers below two million, by the sieve of Eratosthenes over bytes. */
#include "../support/bench.h"

#define LIMIT 2000000

static uint8_t composite[LIMIT];

uint32_t kernel_run(void) {
    memset(composite, 0, sizeof composite);
    uint32_t count = 0;
    uint32_t sum = 0;
    for (uint32_t number = 2; number < LIMIT; number++) {
        if (composite[number]) continue;
        count++;
        sum += number;
        if (number > LIMIT / number) continue;
        for (uint32_t multiple = number * number; multiple < LIMIT; multiple += number) composite[multiple] = 1;
    }
    return mix(count, sum);
}
