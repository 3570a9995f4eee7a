/* tree: a binary search tree that balances itself (a treap), its nodes from a simple allocator with a free list. */
#include "../support/bench.h"

#define NODES 20000

struct node {
    struct node *left, *right;
    uint32_t key, priority;
};

static uint8_t arena[NODES * sizeof(struct node)];
static uint8_t *unused;
static struct node *freed;

static NOINLINE struct node *allocate(void) {
    if (freed != NULL) {
        struct node *node = freed;
        freed = node->left;
        return node;
    }
    if (unused + sizeof(struct node) > arena + sizeof arena) return NULL;
    unused += sizeof(struct node);
    return (struct node *)(unused - sizeof(struct node));
}

static NOINLINE void release(struct node *node) {
    node->left = freed;
    freed = node;
}

static struct node *merge(struct node *left, struct node *right) {
    if (left == NULL) return right;
    if (right == NULL) return left;
    if (left->priority > right->priority) {
        left->right = merge(left->right, right);
        return left;
    }
    right->left = merge(left, right->left);
    return right;
}

static struct node *insert(struct node *root, struct node *node) {
    if (root == NULL) return node;
    if (node->key < root->key) {
        root->left = insert(root->left, node);
        if (root->left->priority <= root->priority) return root;
        struct node *top = root->left;
        root->left = top->right;
        top->right = root;
        return top;
    }
    root->right = insert(root->right, node);
    if (root->right->priority <= root->priority) return root;
    struct node *top = root->right;
    root->right = top->left;
    top->left = root;
    return top;
}

static struct node **find(struct node **link, uint32_t key) {
    while (*link != NULL && (*link)->key != key) link = key < (*link)->key ? &(*link)->left : &(*link)->right;
    return link;
}

static uint32_t add_up(const struct node *node, uint32_t depth) {
    if (node == NULL) return 0;
    return mix(add_up(node->left, depth + 1), node->key) + add_up(node->right, depth + 1) * depth;
}

uint32_t kernel_run(void) {
    unused = arena;
    freed = NULL;
    struct node *root = NULL;
    uint32_t random = 41;
    uint32_t found = 0;
    for (uint32_t i = 0; i < NODES; i++) {
        uint32_t key = next_random(&random) % 30000;
        struct node **link = find(&root, key);
        if (*link == NULL) {
            struct node *node = allocate();
            *node = (struct node){NULL, NULL, key, next_random(&random)};
            root = insert(root, node);
        } else if (++found % 2 == 0) {
            struct node *old = *link;
            *link = merge(old->left, old->right);
            release(old);
        }
    }
    return mix(add_up(root, 1), found);
}
