/* heap: a binary heap of events by 64-bit time, with a comparison function, and heapsort of words. */
#include "../../support/bench.h"

struct event {
    uint64_t time;
    uint32_t kind;
    void *data;
};
static struct event heap[2048];
static uint32_t count;

static bool before(const struct event *a, const struct event *b) {
    return a->time < b->time || (a->time == b->time && a->kind < b->kind);
}

static NOINLINE void push(struct event e) {
    uint32_t i = count++;
    while (i > 0 && before(&e, &heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = e;
}

static NOINLINE struct event pop(void) {
    struct event top = heap[0], e = heap[--count];
    uint32_t i = 0;
    for (;;) {
        uint32_t c = 2 * i + 1;
        if (c >= count) break;
        if (c + 1 < count && before(&heap[c + 1], &heap[c])) c++;
        if (!before(&heap[c], &e)) break;
        heap[i] = heap[c];
        i = c;
    }
    heap[i] = e;
    return top;
}

static int32_t words[8000];

static NOINLINE void heapsort(int32_t *a, int n) {
    for (int start = n / 2 - 1, end = n; end > 1;) {
        int32_t v;
        int i;
        if (start >= 0) {
            i = start--;
            v = a[i];
        } else {
            v = a[--end];
            a[end] = a[0];
            i = 0;
        }
        for (int c; (c = 2 * i + 1) < end; i = c) {
            if (c + 1 < end && a[c + 1] > a[c]) c++;
            if (a[c] <= v) break;
            a[i] = a[c];
        }
        a[i] = v;
    }
}

uint32_t kernel_run(void) {
    uint32_t random = 19, sum = 0;
    count = 0;
    uint64_t now = 0xfffff000u;
    for (int i = 0; i < 500; i++) push((struct event){now + next_random(&random) % 10000, (uint32_t)i, NULL});
    for (int i = 0; i < 10000; i++) {
        struct event e = pop();
        now = e.time;
        sum = mix(sum, (uint32_t)now + e.kind);
        e.time += 1 + next_random(&random) % 10000;
        push(e);
    }
    for (int i = 0; i < 8000; i++) words[i] = (int32_t)next_random(&random);
    heapsort(words, 8000);
    for (int i = 0; i < 8000; i += 9) sum = mix(sum, (uint32_t)words[i]);
    return sum;
}
