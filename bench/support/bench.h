/*
 * What a kernel of the speed benchmark is: a function that works for a few milliseconds and answers a checksum of what it
 * made. Every call does the same work from the same start, so that the checksum does not depend on how often it is called.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOINLINE __attribute__((noinline))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

uint32_t kernel_run(void);

/* From guests/runtime, in both programs: gcc itself emits calls of the first two. */
void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);

/* -ffreestanding turns this off for the plain names: copies of a few bytes would be calls. */
#define memcpy(to, from, length) __builtin_memcpy(to, from, length)
#define memset(to, byte, length) __builtin_memset(to, byte, length)

/* The next of a sequence of random numbers: xorshift (Marsaglia, 2003). The state may not be 0. */
static inline uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Adds a word to a checksum; the order of the words matters. */
static inline uint32_t mix(uint32_t checksum, uint32_t word) { return (checksum ^ word) * 0x9e3779b1u + 1; }

/* What a program of the benchmark does wherever it runs; `mark` prints a line, and the clock where that can be read. */
int bench_main(int argc, char **argv);
void bench_mark(const char *line);

#endif
