/* avl: insertion into and deletion from an AVL tree, recursively. */
#include "../../support/bench.h"

struct node {
    struct node *kid[2];
    int32_t key;
    int32_t height;
};
static struct node pool[12000], *freed;
static uint32_t used;

static int height(const struct node *n) { return n ? n->height : 0; }

static void update(struct node *n) {
    int a = height(n->kid[0]), b = height(n->kid[1]);
    n->height = (a > b ? a : b) + 1;
}

static struct node *rotate(struct node *n, int d) {
    struct node *k = n->kid[!d];
    n->kid[!d] = k->kid[d];
    k->kid[d] = n;
    update(n);
    update(k);
    return k;
}

static struct node *balance(struct node *n) {
    update(n);
    int b = height(n->kid[0]) - height(n->kid[1]);
    if (b > 1) {
        if (height(n->kid[0]->kid[1]) > height(n->kid[0]->kid[0])) n->kid[0] = rotate(n->kid[0], 0);
        return rotate(n, 1);
    }
    if (b < -1) {
        if (height(n->kid[1]->kid[0]) > height(n->kid[1]->kid[1])) n->kid[1] = rotate(n->kid[1], 1);
        return rotate(n, 0);
    }
    return n;
}

static struct node *insert(struct node *n, int32_t key) {
    if (!n) {
        if (freed) {
            n = freed;
            freed = n->kid[0];
        } else n = &pool[used++];
        *n = (struct node){{NULL, NULL}, key, 1};
        return n;
    }
    if (key == n->key) return n;
    int d = key > n->key;
    n->kid[d] = insert(n->kid[d], key);
    return balance(n);
}

static struct node *take_least(struct node *n, struct node **least) {
    if (!n->kid[0]) {
        *least = n;
        return n->kid[1];
    }
    n->kid[0] = take_least(n->kid[0], least);
    return balance(n);
}

static struct node *erase(struct node *n, int32_t key) {
    if (!n) return NULL;
    if (key != n->key) {
        int d = key > n->key;
        n->kid[d] = erase(n->kid[d], key);
        return balance(n);
    }
    struct node *l = n->kid[0], *r = n->kid[1], *m;
    n->kid[0] = freed;
    freed = n;
    if (!r) return l;
    r = take_least(r, &m);
    m->kid[1] = r;
    m->kid[0] = l;
    return balance(m);
}

static uint32_t walk(const struct node *n) {
    return n ? mix(walk(n->kid[0]) + (uint32_t)n->key, walk(n->kid[1]) + (uint32_t)n->height) : 1;
}

uint32_t kernel_run(void) {
    uint32_t random = 3;
    struct node *root = NULL;
    used = 0;
    freed = NULL;
    for (int i = 0; i < 8000; i++) root = insert(root, (int32_t)(next_random(&random) % 40000) - 20000);
    for (int i = 0; i < 8000; i++) root = erase(root, (int32_t)(next_random(&random) % 40000) - 20000);
    return walk(root);
}
