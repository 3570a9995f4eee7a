/* queens: all ways to put nine queens on a board of nine by nine, by backtracking over arrays. */
#include "../support/bench.h"

#define SIZE 9

static uint8_t columns[SIZE];
static uint8_t rising[2 * SIZE];
static uint8_t falling[2 * SIZE];
static uint32_t solutions;
static uint32_t checksum;
static uint8_t placed[SIZE];

static void place(uint32_t row) {
    if (row == SIZE) {
        solutions++;
        for (uint32_t i = 0; i < SIZE; i++) checksum = mix(checksum, placed[i]);
        return;
    }
    for (uint32_t column = 0; column < SIZE; column++) {
        if (columns[column] || rising[row + column] || falling[row + SIZE - column]) continue;
        columns[column] = rising[row + column] = falling[row + SIZE - column] = 1;
        placed[row] = (uint8_t)column;
        place(row + 1);
        columns[column] = rising[row + column] = falling[row + SIZE - column] = 0;
    }
}

uint32_t kernel_run(void) {
    solutions = 0;
    checksum = 0;
    place(0);
    return mix(checksum, solutions);
}
