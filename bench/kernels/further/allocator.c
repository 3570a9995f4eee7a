/* allocator: malloc and free by first fit with boundary tags and bins. */
#include "../../support/bench.h"

struct block {
    uint32_t size, before;
    struct block *next, *prev;
}; /* lowest bit of size: used */

#define ARENA (256 * 1024)
static uint64_t arena[ARENA / 8];
static struct block *bins[16];

static int bin(uint32_t n) {
    int b = 0;
    while (n > 32 && b < 15) {
        n >>= 1;
        b++;
    }
    return b;
}

static struct block *after(struct block *b) { return (struct block *)((uint8_t *)b + (b->size & ~1u)); }

static void link(struct block *b) {
    struct block **h = &bins[bin(b->size)];
    b->next = *h;
    b->prev = NULL;
    if (*h) (*h)->prev = b;
    *h = b;
}

static void unlink(struct block *b) {
    if (b->prev) b->prev->next = b->next;
    else bins[bin(b->size)] = b->next;
    if (b->next) b->next->prev = b->prev;
}

static NOINLINE void *allocate(uint32_t n) {
    n = (n + 8 + 7) & ~7u;
    if (n < 16) n = 16;
    for (int i = bin(n); i < 16; i++)
        for (struct block *b = bins[i]; b; b = b->next)
            if (b->size >= n) {
                unlink(b);
                if (b->size - n >= 24) {
                    struct block *r = (struct block *)((uint8_t *)b + n);
                    r->size = b->size - n;
                    r->before = n;
                    after(r)->before = r->size;
                    link(r);
                    b->size = n;
                }
                b->size |= 1;
                return (uint8_t *)b + 8;
            }
    return NULL;
}

static NOINLINE void release(void *p) {
    if (!p) return;
    struct block *b = (struct block *)((uint8_t *)p - 8);
    b->size &= ~1u;
    struct block *a = after(b);
    if (!(a->size & 1)) {
        unlink(a);
        b->size += a->size;
    }
    if (b->before) {
        struct block *q = (struct block *)((uint8_t *)b - b->before);
        if (!(q->size & 1)) {
            unlink(q);
            q->size += b->size;
            b = q;
        }
    }
    after(b)->before = b->size;
    link(b);
}

uint32_t kernel_run(void) {
    static uint32_t *held[512];
    uint32_t random = 5, sum = 0;
    memset(bins, 0, sizeof bins);
    memset(held, 0, sizeof held);
    struct block *first = (struct block *)arena;
    first->size = ARENA - 16;
    first->before = 0;
    after(first)->size = 1;
    link(first);
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t r = next_random(&random), k = r & 511;
        if (held[k]) {
            sum = mix(sum, *held[k]);
            release(held[k]);
            held[k] = NULL;
        } else {
            held[k] = allocate(4 + (r >> 9) % (r & 0x100000 ? 60 : 900));
            if (held[k]) *held[k] = i;
            else sum++;
        }
    }
    return sum;
}
