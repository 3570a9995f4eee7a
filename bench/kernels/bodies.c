/* bodies: planets that attract each other, in double precision: multiplications, additions, divisions, square roots. */
#include "../support/bench.h"

#define BODIES 5
#define STEPS 10000

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static const struct body start[BODIES] = {
    {0, 0, 0, 0, 0, 0, 39.5},
    {4.84, -1.16, -0.10, 0.606, 2.81, -0.02, 0.037},
    {8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.011},
    {12.9, -15.1, -0.22, 1.08, 0.868, -0.010, 0.0017},
    {15.4, -25.9, 0.18, 0.979, 0.594, -0.034, 0.0020},
};

static struct body bodies[BODIES];

static double square_root(double value) {
    __asm__("sqrtsd %1, %0" : "=x"(value) : "x"(value));
    return value;
}

static NOINLINE void advance(double step) {
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double squared = dx * dx + dy * dy + dz * dz;
            double magnitude = step / (squared * square_root(squared));
            a->vx -= dx * b->mass * magnitude, a->vy -= dy * b->mass * magnitude, a->vz -= dz * b->mass * magnitude;
            b->vx += dx * a->mass * magnitude, b->vy += dy * a->mass * magnitude, b->vz += dz * a->mass * magnitude;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        struct body *body = &bodies[i];
        body->x += step * body->vx, body->y += step * body->vy, body->z += step * body->vz;
    }
}

uint32_t kernel_run(void) {
    memcpy(bodies, start, sizeof bodies);
    for (int i = 0; i < STEPS; i++) advance(0.001);
    uint32_t words[sizeof bodies / 4];
    memcpy(words, bodies, sizeof bodies);
    uint32_t checksum = 0;
    for (size_t i = 0; i < LENGTH(words); i++) checksum = mix(checksum, words[i]);
    return checksum;
}
