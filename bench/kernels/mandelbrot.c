/* mandelbrot: how soon points leave Mandelbrot's set: short loops of doubles whose end a comparison decides. */
#include "../support/bench.h"

#define WIDTH 96
#define HEIGHT 64
#define MOST 200

static NOINLINE uint32_t steps(double x, double y) {
    double real = 0, imaginary = 0;
    uint32_t count = 0;
    while (count < MOST && real * real + imaginary * imaginary <= 4.0) {
        double next = real * real - imaginary * imaginary + x;
        imaginary = 2 * real * imaginary + y;
        real = next;
        count++;
    }
    return count;
}

uint32_t kernel_run(void) {
    uint32_t checksum = 0;
    for (int32_t row = 0; row < HEIGHT; row++)
        for (int32_t column = 0; column < WIDTH; column++)
            checksum = mix(checksum, steps(column * 3.0 / WIDTH - 2.2, row * 2.4 / HEIGHT - 1.2));
    return checksum;
}
