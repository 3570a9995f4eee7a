/* list: a linked list in shuffled memory, walked, reversed and sorted by merging. */
#include "../support/bench.h"

#define NODES 16384

struct node {
    struct node *next;
    uint32_t value;
};

static struct node nodes[NODES];
static uint32_t order[NODES];

static struct node *make(void) {
    uint32_t random = 11;
    for (uint32_t i = 0; i < NODES; i++) order[i] = i;
    for (uint32_t i = NODES - 1; i > 0; i--) {
        uint32_t other = next_random(&random) % (i + 1);
        uint32_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (uint32_t i = 0; i < NODES; i++) {
        struct node *node = &nodes[order[i]];
        node->value = next_random(&random);
        node->next = i + 1 < NODES ? &nodes[order[i + 1]] : NULL;
    }
    return &nodes[order[0]];
}

static NOINLINE uint32_t sum(const struct node *node) {
    uint32_t total = 0;
    for (; node != NULL; node = node->next) total += node->value;
    return total;
}

static NOINLINE struct node *reverse(struct node *node) {
    struct node *before = NULL;
    while (node != NULL) {
        struct node *next = node->next;
        node->next = before;
        before = node;
        node = next;
    }
    return before;
}

static struct node *merge(struct node *left, struct node *right) {
    struct node first;
    struct node *last = &first;
    while (left != NULL && right != NULL) {
        struct node **smaller = left->value <= right->value ? &left : &right;
        last = last->next = *smaller;
        *smaller = (*smaller)->next;
    }
    last->next = left != NULL ? left : right;
    return first.next;
}

static struct node *sort(struct node *node) {
    if (node == NULL || node->next == NULL) return node;
    struct node *slow = node;
    for (struct node *fast = node->next; fast != NULL && fast->next != NULL; fast = fast->next->next) slow = slow->next;
    struct node *half = slow->next;
    slow->next = NULL;
    return merge(sort(node), sort(half));
}

uint32_t kernel_run(void) {
    struct node *first = make();
    uint32_t checksum = 0;
    for (int i = 0; i < 20; i++) {
        first = reverse(first);
        checksum = mix(checksum, sum(first));
    }
    first = sort(first);
    for (struct node *node = first; node->next != NULL; node = node->next)
        if (node->value > node->next->value) return 0;
    return mix(checksum, first->value);
}
