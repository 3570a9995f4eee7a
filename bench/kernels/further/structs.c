/* structs: structures passed, returned and kept by value. */
#include "../../support/bench.h"

typedef struct {
    int32_t x, y, z;
} vector;

typedef struct {
    vector rows[3];
} matrix;

typedef struct {
    char name[24];
    uint16_t age, kind;
    uint8_t flags;
    int32_t salary;
    vector place;
} person;

static NOINLINE vector add(vector a, vector b) { return (vector){a.x + b.x, a.y + b.y, a.z + b.z}; }

static NOINLINE int32_t dot(vector a, vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

static NOINLINE vector apply(matrix m, vector v) {
    return (vector){dot(m.rows[0], v) >> 8, dot(m.rows[1], v) >> 8, dot(m.rows[2], v) >> 8};
}

static NOINLINE matrix transpose(matrix m) {
    return (matrix){{{m.rows[0].x, m.rows[1].x, m.rows[2].x},
                     {m.rows[0].y, m.rows[1].y, m.rows[2].y},
                     {m.rows[0].z, m.rows[1].z, m.rows[2].z}}};
}

static person people[400];

static NOINLINE person older(person p, int n) {
    p.age = (uint16_t)(p.age + n);
    p.salary += p.kind * n;
    p.flags ^= 0x55;
    p.name[n % 24] ^= 1;
    return p;
}

uint32_t kernel_run(void) {
    uint32_t random = 31, sum = 0;
    vector v = {100, 200, 300};
    matrix m = {{{250, 10, -20}, {-9, 240, 33}, {12, -31, 245}}};
    for (int i = 0; i < 6000; i++) {
        v = add(apply(m, v), (vector){i & 15, i & 7, i & 3});
        if (i % 5 == 0) m = transpose(m);
        sum = mix(sum, (uint32_t)(v.x ^ v.y ^ v.z));
    }
    for (int i = 0; i < 400; i++) {
        people[i] = (person){"somebody", (uint16_t)(next_random(&random) % 90), (uint16_t)(i % 5),
                             0,          (int32_t)next_random(&random) % 10000, v};
    }
    for (int r = 0; r < 4; r++) {
        for (int i = 0; i < 400; i++) people[i] = older(people[i], r + i % 3);
        for (int i = 1; i < 400; i++) {
            person p = people[i];
            int j = i;
            for (; j > 0 && j > i - 12 && people[j - 1].salary > p.salary; j--) people[j] = people[j - 1];
            people[j] = p;
        }
        for (int i = 0; i < 400; i += 3) sum = mix(sum, (uint32_t)people[i].salary + people[i].age + people[i].flags);
    }
    return sum;
}
