/* distance: Levenshtein's edit distance between texts, by a row of a table at a time. */
#include "../support/bench.h"

#define LONGEST 400

static uint16_t row[LONGEST + 1];
static char left[LONGEST], right[LONGEST];

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

static NOINLINE uint32_t distance(const char *a, uint32_t a_length, const char *b, uint32_t b_length) {
    for (uint32_t j = 0; j <= b_length; j++) row[j] = (uint16_t)j;
    for (uint32_t i = 1; i <= a_length; i++) {
        uint32_t diagonal = row[0];
        row[0] = (uint16_t)i;
        for (uint32_t j = 1; j <= b_length; j++) {
            uint32_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = (uint16_t)smaller(replaced, 1 + smaller(row[j], row[j - 1]));
        }
    }
    return row[b_length];
}

uint32_t kernel_run(void) {
    uint32_t random = 59;
    uint32_t checksum = 0;
    for (uint32_t round = 0; round < 12; round++) {
        for (uint32_t i = 0; i < LONGEST; i++) {
            left[i] = (char)('a' + next_random(&random) % 4);
            right[i] = (char)('a' + next_random(&random) % 4);
        }
        checksum = mix(checksum, distance(left, LONGEST - round, right, LONGEST - 2 * round));
    }
    return checksum;
}
