/* lz: text is compressed to literals and references back, found by a hash table, and unpacked again. */
#include "../support/bench.h"

#define SIZE (128 * 1024)
#define SHORTEST 4
#define LONGEST 259
#define HASH_BITS 13

static uint8_t input[SIZE];
static uint8_t packed[SIZE + SIZE / 4];
static uint8_t unpacked[SIZE + LONGEST];
static uint32_t heads[1 << HASH_BITS];

static void write_input(void) {
    static const char *const words[] = {"the ", "kernel ", "of ", "a ", "virtual ", "machine ", "runs ", "guests, ",
                                        "and ", "every ", "packet ", "goes ", "through ", "it.\n"};
    uint32_t random = 31;
    for (uint32_t at = 0; at < SIZE;) {
        const char *word = words[next_random(&random) % LENGTH(words)];
        while (*word != '\0' && at < SIZE) input[at++] = (uint8_t)*word++;
    }
}

static uint32_t word_at(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static NOINLINE uint32_t match_length(const uint8_t *left, const uint8_t *right, uint32_t most) {
    uint32_t length = 0;
    while (length < most && left[length] == right[length]) length++;
    return length;
}

/* A byte 0 and a literal, or a byte of length and two of distance. */
static NOINLINE uint32_t compress(void) {
    memset(heads, 0, sizeof heads);
    uint32_t end = 0;
    for (uint32_t at = 0; at < SIZE;) {
        uint32_t length = 0;
        uint32_t from = 0;
        if (at + SHORTEST <= SIZE) {
            uint32_t *head = &heads[word_at(input + at) * 2654435761u >> (32 - HASH_BITS)];
            from = *head;
            *head = at + 1;
            uint32_t most = SIZE - at < LONGEST ? SIZE - at : LONGEST;
            if (from != 0 && at - --from < 65536) length = match_length(input + from, input + at, most);
        }
        if (length >= SHORTEST) {
            packed[end++] = (uint8_t)(length - SHORTEST + 1 > 255 ? 255 : length - SHORTEST + 1);
            length = packed[end - 1] + SHORTEST - 1u;
            packed[end++] = (uint8_t)(at - from);
            packed[end++] = (uint8_t)((at - from) >> 8);
            at += length;
        } else {
            packed[end++] = 0;
            packed[end++] = input[at++];
        }
    }
    return end;
}

static NOINLINE uint32_t decompress(uint32_t length) {
    uint8_t *to = unpacked;
    for (const uint8_t *next = packed; next < packed + length;) {
        uint8_t token = *next++;
        if (token == 0) {
            *to++ = *next++;
            continue;
        }
        const uint8_t *from = to - (next[0] | next[1] << 8);
        next += 2;
        for (uint32_t left = token + SHORTEST - 1u; left > 0; left--) *to++ = *from++;
    }
    return (uint32_t)(to - unpacked);
}

uint32_t kernel_run(void) {
    write_input();
    uint32_t length = compress();
    if (decompress(length) != SIZE || memcmp(input, unpacked, SIZE) != 0) return 0;
    uint32_t checksum = length;
    for (uint32_t i = 0; i + 4 <= length; i += 4) checksum = mix(checksum, word_at(packed + i));
    return checksum;
}
