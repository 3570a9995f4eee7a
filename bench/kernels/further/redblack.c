/* redblack: a red-black tree with parents, iteratively, keys compared through a pointer. */
#include "../../support/bench.h"

struct node {
    struct node *left, *right, *parent;
    bool red;
    uint32_t key;
    uint16_t count;
};
static struct node pool[10000];
static uint32_t used;
static struct node *root;

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int compare_low(const void *a, const void *b) {
    return (int)(*(const uint32_t *)a & 0xfffff) - (int)(*(const uint32_t *)b & 0xfffff);
}

static void replace(struct node *a, struct node *b) {
    if (!a->parent) root = b;
    else if (a->parent->left == a) a->parent->left = b;
    else a->parent->right = b;
    b->parent = a->parent;
}

static void left(struct node *x) {
    struct node *y = x->right;
    x->right = y->left;
    if (y->left) y->left->parent = x;
    replace(x, y);
    y->left = x;
    x->parent = y;
}

static void right(struct node *x) {
    struct node *y = x->left;
    x->left = y->right;
    if (y->right) y->right->parent = x;
    replace(x, y);
    y->right = x;
    x->parent = y;
}

static NOINLINE void insert(uint32_t key, int (*cmp)(const void *, const void *)) {
    struct node **link = &root, *parent = NULL;
    while (*link) {
        parent = *link;
        int c = cmp(&key, &parent->key);
        if (c == 0) {
            parent->count++;
            return;
        }
        link = c < 0 ? &parent->left : &parent->right;
    }
    struct node *n = &pool[used++];
    *n = (struct node){NULL, NULL, parent, true, key, 1};
    *link = n;
    while (n->parent && n->parent->red) {
        struct node *g = n->parent->parent;
        if (n->parent == g->left) {
            struct node *u = g->right;
            if (u && u->red) {
                n->parent->red = u->red = false;
                g->red = true;
                n = g;
                continue;
            }
            if (n == n->parent->right) {
                n = n->parent;
                left(n);
            }
            n->parent->red = false;
            g->red = true;
            right(g);
        } else {
            struct node *u = g->left;
            if (u && u->red) {
                n->parent->red = u->red = false;
                g->red = true;
                n = g;
                continue;
            }
            if (n == n->parent->left) {
                n = n->parent;
                right(n);
            }
            n->parent->red = false;
            g->red = true;
            left(g);
        }
    }
    root->red = false;
}

static struct node *next(struct node *n) {
    if (n->right) {
        n = n->right;
        while (n->left) n = n->left;
        return n;
    }
    while (n->parent && n == n->parent->right) n = n->parent;
    return n->parent;
}

uint32_t kernel_run(void) {
    uint32_t random = 11, sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        root = NULL;
        used = 0;
        for (int i = 0; i < 8000; i++) insert(next_random(&random) % 100000, pass ? compare : compare_low);
        struct node *n = root;
        while (n->left) n = n->left;
        for (; n; n = next(n)) sum = mix(sum, n->key + n->count);
    }
    return sum;
}
