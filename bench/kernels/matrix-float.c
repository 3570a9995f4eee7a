/* matrix-float: the product of two matrices of 96 by 96 in single precision. */
#include "../support/bench.h"

#define SIZE 96

static float a[SIZE][SIZE];
static float b[SIZE][SIZE];
static float c[SIZE][SIZE];

static NOINLINE void multiply(void) {
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            float sum = 0;
            for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

uint32_t kernel_run(void) {
    uint32_t random = 17;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (float)(int32_t)(next_random(&random) % 2000) / 100.0f - 10.0f;
            b[i][j] = (float)(int32_t)(next_random(&random) % 2000) / 300.0f - 3.0f;
        }
    uint32_t checksum = 0;
    for (int repeat = 0; repeat < 4; repeat++) {
        multiply();
        for (int i = 0; i < SIZE; i++) {
            uint32_t word;
            memcpy(&word, &c[i][(i * 7) % SIZE], 4);
            checksum = mix(checksum, word);
            a[i][i] = c[i][i] * 0.001f;
        }
    }
    return checksum;
}
