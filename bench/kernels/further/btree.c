/* btree: a B-tree of order 16 in pages, insertion and look-up by binary search. */
#include "../../support/bench.h"
#define M 16

struct page {
    uint16_t count, leaf;
    uint32_t keys[M];
    uint32_t values[M];
    struct page *kids[M + 1];
};
static struct page pages[3000];
static uint32_t used;
static struct page *root;

static struct page *make(int leaf) {
    struct page *p = &pages[used++];
    p->count = 0;
    p->leaf = (uint16_t)leaf;
    return p;
}

static int lower(const struct page *p, uint32_t key) {
    int lo = 0, hi = p->count;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (p->keys[mid] < key) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

static void split(struct page *parent, int i) {
    struct page *full = parent->kids[i], *p = make(full->leaf);
    int h = M / 2;
    p->count = (uint16_t)(full->count - h - 1);
    for (int j = 0; j < p->count; j++) {
        p->keys[j] = full->keys[h + 1 + j];
        p->values[j] = full->values[h + 1 + j];
    }
    if (!full->leaf)
        for (int j = 0; j <= p->count; j++) p->kids[j] = full->kids[h + 1 + j];
    full->count = (uint16_t)h;
    for (int j = parent->count; j > i; j--) {
        parent->keys[j] = parent->keys[j - 1];
        parent->values[j] = parent->values[j - 1];
        parent->kids[j + 1] = parent->kids[j];
    }
    parent->keys[i] = full->keys[h];
    parent->values[i] = full->values[h];
    parent->kids[i + 1] = p;
    parent->count++;
}

static void insert(uint32_t key, uint32_t value) {
    if (root->count == M) {
        struct page *r = make(0);
        r->kids[0] = root;
        root = r;
        split(r, 0);
    }
    struct page *p = root;
    for (;;) {
        int i = lower(p, key);
        if (i < p->count && p->keys[i] == key) {
            p->values[i] += value;
            return;
        }
        if (p->leaf) {
            for (int j = p->count; j > i; j--) {
                p->keys[j] = p->keys[j - 1];
                p->values[j] = p->values[j - 1];
            }
            p->keys[i] = key;
            p->values[i] = value;
            p->count++;
            return;
        }
        if (p->kids[i]->count == M) {
            split(p, i);
            if (key > p->keys[i]) i++;
            else if (key == p->keys[i]) {
                p->values[i] += value;
                return;
            }
        }
        p = p->kids[i];
    }
}

static NOINLINE const uint32_t *find(const struct page *p, uint32_t key) {
    for (;;) {
        int i = lower(p, key);
        if (i < p->count && p->keys[i] == key) return &p->values[i];
        if (p->leaf) return NULL;
        p = p->kids[i];
    }
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0;
    used = 0;
    root = make(1);
    for (uint32_t i = 0; i < 8000; i++) insert(next_random(&random) % 20000, i);
    for (uint32_t i = 0; i < 16000; i++) {
        const uint32_t *v = find(root, next_random(&random) % 20000);
        sum = v ? mix(sum, *v) : sum + 1;
    }
    return mix(sum, used);
}
