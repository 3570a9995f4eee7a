/* huffman: code lengths by a heap, canonical codes, writing bits, reading bit by bit along the tree, and by a table. */
#include "../../support/bench.h"
#define SIZE 30000
static uint8_t text[SIZE], out[SIZE], back[SIZE];

static struct {
    uint32_t weight;
    int16_t left, right, parent;
} nodes[511];

static int heap[512], count, used;
static uint8_t lengths[256];
static uint16_t codes[256];
static uint16_t table[4096];

static void down(int i) {
    int item = heap[i];
    for (int child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && nodes[heap[child + 1]].weight < nodes[heap[child]].weight) child++;
        if (nodes[item].weight <= nodes[heap[child]].weight) break;
        heap[i] = heap[child];
    }
    heap[i] = item;
}

static int pop(void) {
    int top = heap[0];
    heap[0] = heap[--count];
    if (count) down(0);
    return top;
}

static void push(int node) {
    int i = count++;
    for (; i > 0 && nodes[heap[(i - 1) / 2]].weight > nodes[node].weight; i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    heap[i] = node;
}

static void build(void) {
    for (int i = 0; i < 256; i++) {
        nodes[i].weight = 1;
        nodes[i].left = -1;
    }
    for (int i = 0; i < SIZE; i++) nodes[text[i]].weight += 16;
    count = 0;
    used = 256;
    for (int i = 0; i < 256; i++) push(i);
    while (count > 1) {
        int a = pop(), b = pop();
        nodes[used].weight = nodes[a].weight + nodes[b].weight;
        nodes[used].left = (int16_t)a;
        nodes[used].right = (int16_t)b;
        nodes[a].parent = nodes[b].parent = (int16_t)used;
        push(used++);
    }
    for (int i = 0; i < 256; i++) {
        int n = 0;
        for (int j = i; j != used - 1; j = nodes[j].parent) n++;
        lengths[i] = (uint8_t)n;
    }
}

static uint32_t code_of(int i) {
    uint32_t code = 0;
    int n = 0;
    for (int j = i; j != used - 1; j = nodes[j].parent) code |= (uint32_t)(nodes[nodes[j].parent].right == j) << n++;
    return code;
}

static NOINLINE uint32_t encode(void) {
    uint32_t bits = 0, n = 0;
    uint8_t *end = out;
    for (int i = 0; i < SIZE; i++) {
        uint8_t c = text[i];
        bits = bits << lengths[c] | codes[c];
        n += lengths[c];
        while (n >= 8) {
            n -= 8;
            *end++ = (uint8_t)(bits >> n);
        }
    }
    *end++ = (uint8_t)(bits << (8 - n));
    return (uint32_t)(end - out);
}

static NOINLINE void decode_tree(void) {
    uint32_t bit = 0;
    for (int i = 0; i < SIZE; i++) {
        int node = used - 1;
        do {
            node = out[bit >> 3] >> (7 - (bit & 7)) & 1 ? nodes[node].right : nodes[node].left;
            bit++;
        } while (nodes[node].left >= 0);
        back[i] = (uint8_t)node;
    }
}

static NOINLINE void decode_table(void) {
    uint32_t bits = 0, n = 0;
    const uint8_t *in = out;
    for (int i = 0; i < SIZE; i++) {
        while (n < 16) {
            bits = bits << 8 | *in++;
            n += 8;
        }
        uint16_t e = table[bits >> (n - 12) & 4095];
        n -= e >> 8;
        back[i] ^= (uint8_t)e;
    }
}

uint32_t kernel_run(void) {
    uint32_t random = 9, sum = 0;
    for (int i = 0; i < SIZE; i++) {
        uint32_t r = next_random(&random);
        text[i] = (uint8_t)(((r & 15) * (r >> 4 & 15)) >> 2 | (r >> 12 & 1) << 6);
    }
    build();
    for (int i = 0; i < 256; i++) {
        codes[i] = (uint16_t)code_of(i);
        if (lengths[i] <= 12)
            for (uint32_t j = 0; j < 1u << (12 - lengths[i]); j++)
                table[(uint32_t)codes[i] << (12 - lengths[i]) | j] = (uint16_t)(lengths[i] << 8 | i);
        else
            for (uint32_t j = 0; j < 1; j++) table[codes[i] >> (lengths[i] - 12)] = (uint16_t)(12 << 8 | i);
    }
    sum = mix(sum, encode());
    decode_tree();
    for (int i = 0; i < SIZE; i += 7) sum = mix(sum, back[i]);
    decode_table();
    for (int i = 0; i < SIZE; i += 7) sum = mix(sum, back[i]);
    return sum;
}
