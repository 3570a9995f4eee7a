/* dijkstra: shortest ways through a random graph, with a binary heap. */
#include "../support/bench.h"

#define NODES 4000
#define EDGES (NODES * 5)
#define INFINITE UINT32_MAX

struct edge {
    uint32_t to, length, next;
};
struct waiting {
    uint32_t distance, node;
};

static struct edge edges[EDGES + 1];
static uint32_t first_edge[NODES];
static uint32_t distances[NODES];
static struct waiting heap[EDGES + 1];
static uint32_t heap_size;

static void make_graph(void) {
    uint32_t random = 47;
    memset(first_edge, 0, sizeof first_edge);
    for (uint32_t i = 1; i <= EDGES; i++) {
        uint32_t from = next_random(&random) % NODES;
        edges[i] = (struct edge){next_random(&random) % NODES, 1 + next_random(&random) % 1000, first_edge[from]};
        first_edge[from] = i;
    }
}

static NOINLINE void push(uint32_t distance, uint32_t node) {
    uint32_t at = heap_size++;
    while (at > 0 && heap[(at - 1) / 2].distance > distance) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = (struct waiting){distance, node};
}

static NOINLINE struct waiting pop(void) {
    struct waiting top = heap[0];
    struct waiting last = heap[--heap_size];
    uint32_t at = 0;
    for (uint32_t child; (child = 2 * at + 1) < heap_size; at = child) {
        if (child + 1 < heap_size && heap[child + 1].distance < heap[child].distance) child++;
        if (heap[child].distance >= last.distance) break;
        heap[at] = heap[child];
    }
    heap[at] = last;
    return top;
}

static void search(uint32_t start) {
    for (uint32_t i = 0; i < NODES; i++) distances[i] = INFINITE;
    distances[start] = 0;
    heap_size = 0;
    push(0, start);
    while (heap_size > 0) {
        struct waiting next = pop();
        if (next.distance > distances[next.node]) continue;
        for (uint32_t i = first_edge[next.node]; i != 0; i = edges[i].next) {
            uint32_t distance = next.distance + edges[i].length;
            if (distance >= distances[edges[i].to]) continue;
            distances[edges[i].to] = distance;
            push(distance, edges[i].to);
        }
    }
}

uint32_t kernel_run(void) {
    make_graph();
    uint32_t checksum = 0;
    for (uint32_t start = 0; start < 3; start++) {
        search(start);
        for (uint32_t i = 0; i < NODES; i++) checksum = mix(checksum, distances[i]);
    }
    return checksum;
}
