/* matrix: the product of two matrices of 120 by 120 whole numbers, and its transpose. */
#include "../support/bench.h"

#define SIZE 120

typedef int32_t matrix[SIZE][SIZE];

static matrix a, b, product;

static NOINLINE void multiply(matrix left, matrix right, matrix result) {
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            int32_t sum = 0;
            for (int k = 0; k < SIZE; k++) sum += left[i][k] * right[k][j];
            result[i][j] = sum;
        }
}

static NOINLINE void transpose(matrix of) {
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < i; j++) {
            int32_t kept = of[i][j];
            of[i][j] = of[j][i];
            of[j][i] = kept;
        }
}

uint32_t kernel_run(void) {
    uint32_t random = 37;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (int32_t)next_random(&random) >> 16;
            b[i][j] = (int32_t)next_random(&random) >> 20;
        }
    multiply(a, b, product);
    transpose(product);
    multiply(product, a, b);
    uint32_t checksum = 0;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) checksum = mix(checksum, (uint32_t)b[i][j]);
    return checksum;
}
