/* life: Conway's game on a torus of bytes, naive neighbours. */
#include "../../support/bench.h"
#define W 96
#define H 64
static uint8_t world[H][W], next[H][W];

static int at(int y, int x) { return world[(y + H) % H][(x + W) % W]; }

static NOINLINE void step_slow(void) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int n = 0;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                    if (dx || dy) n += at(y + dy, x + dx);
            next[y][x] = n == 3 || (n == 2 && world[y][x]);
        }
}

static NOINLINE void step(void) {
    for (int y = 1; y < H - 1; y++)
        for (int x = 1; x < W - 1; x++) {
            uint8_t n = (uint8_t)(world[y - 1][x - 1] + world[y - 1][x] + world[y - 1][x + 1] + world[y][x - 1] +
                                  world[y][x + 1] + world[y + 1][x - 1] + world[y + 1][x] + world[y + 1][x + 1]);
            next[y][x] = n == 3 ? 1 : n == 2 ? world[y][x] : 0;
        }
}

uint32_t kernel_run(void) {
    uint32_t random = 43, sum = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) world[y][x] = next_random(&random) >> 9 & 1;
    for (int g = 0; g < 24; g++) {
        if (g % 4) step();
        else step_slow();
        memcpy(world, next, sizeof world);
        for (int i = 0; i < W; i++) sum = mix(sum, world[g % H][i]);
    }
    return sum;
}
