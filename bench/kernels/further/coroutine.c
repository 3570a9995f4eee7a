/* coroutine: producers, filters and consumers, each resumed by a switch in the middle of its loops. */
#include "../../support/bench.h"

struct routine {
    int line, i, j, value;
    uint32_t random;
    int (*resume)(struct routine *);
    struct routine *source;
};

#define BEGIN                                                                                                          \
    switch (r->line) {                                                                                                 \
    case 0:
#define YIELD_AT(v, n)                                                                                                 \
    do {                                                                                                               \
        r->line = n;                                                                                                   \
        return (v);                                                                                                    \
    case n:;                                                                                                           \
    } while (0)
#define YIELD_ON(v, n) YIELD_AT(v, n)
#define YIELD(v) YIELD_ON(v, __COUNTER__ + 1)
#define END                                                                                                            \
    }                                                                                                                  \
    r->line = 0;                                                                                                       \
    return -1

static int numbers(struct routine *r) {
    BEGIN for (r->i = 0; r->i < 100; r->i++) {
        for (r->j = 0; r->j <= r->i % 7; r->j++) YIELD((int)(next_random(&r->random) % 1000));
        if (r->i & 1) YIELD(r->i);
    }
    END;
}

static int odd(struct routine *r) {
    BEGIN while ((r->value = r->source->resume(r->source)) >= 0) {
        if (r->value & 1) YIELD(r->value);
        else if (r->value % 5 == 0) {
            YIELD(r->value / 2);
            YIELD(r->value + 1);
        }
    }
    END;
}

static int pairs(struct routine *r) {
    BEGIN for (;;) {
        r->i = r->source->resume(r->source);
        if (r->i < 0) break;
        r->j = r->source->resume(r->source);
        if (r->j < 0) {
            YIELD(r->i);
            break;
        }
        YIELD(r->i * 3 + r->j);
    }
    END;
}

uint32_t kernel_run(void) {
    uint32_t sum = 0;
    struct routine a = {.random = 99, .resume = numbers}, b = {.resume = odd, .source = &a},
                   c = {.resume = pairs, .source = &b};
    for (int n = 0; n < 200; n++)
        for (int v; (v = c.resume(&c)) >= 0;) sum = mix(sum, (uint32_t)v);
    return sum;
}
