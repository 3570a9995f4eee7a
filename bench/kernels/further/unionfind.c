/* unionfind: disjoint sets with halving of paths, Kruskal with counting sort, and components by depth-first search. */
#include "../../support/bench.h"
#define N 3000
#define E 9000
static int32_t parent[N];

static struct edge { uint16_t a, b, w; } edges[E], sorted[E];

static uint32_t starts[1025];
static int32_t head[N], nxt[2 * E];
static uint16_t to[2 * E];
static uint8_t seen[N];

static int find(int i) {
    while (parent[i] >= 0) {
        int p = parent[i];
        if (parent[p] >= 0) parent[i] = parent[p];
        i = p;
    }
    return i;
}

static NOINLINE bool join(int a, int b) {
    a = find(a);
    b = find(b);
    if (a == b) return false;
    if (parent[a] > parent[b]) {
        int t = a;
        a = b;
        b = t;
    }
    parent[a] += parent[b];
    parent[b] = a;
    return true;
}

static NOINLINE uint32_t visit(int n) {
    seen[n] = 1;
    uint32_t s = 1;
    for (int e = head[n]; e >= 0; e = nxt[e])
        if (!seen[to[e]]) s += visit(to[e]);
    return s;
}

uint32_t kernel_run(void) {
    uint32_t random = 3, sum = 0, total = 0;
    memset(parent, 0xff, sizeof parent);
    memset(starts, 0, sizeof starts);
    memset(seen, 0, sizeof seen);
    memset(head, 0xff, sizeof head);
    for (int i = 0; i < E; i++) {
        edges[i] = (struct edge){(uint16_t)(next_random(&random) % N), (uint16_t)(next_random(&random) % N),
                                 (uint16_t)(next_random(&random) & 1023)};
        starts[edges[i].w + 1]++;
    }
    for (int i = 0; i < 1024; i++) starts[i + 1] += starts[i];
    for (int i = 0; i < E; i++) sorted[starts[edges[i].w]++] = edges[i];
    for (int i = 0; i < E; i++)
        if (join(sorted[i].a, sorted[i].b)) {
            total += sorted[i].w;
            sum = mix(sum, total);
        }
    for (int i = 0; i < E / 4; i++) {
        nxt[2 * i] = head[edges[i].a];
        to[2 * i] = edges[i].b;
        head[edges[i].a] = 2 * i;
        nxt[2 * i + 1] = head[edges[i].b];
        to[2 * i + 1] = edges[i].a;
        head[edges[i].b] = 2 * i + 1;
    }
    for (int i = 0; i < N; i++)
        if (!seen[i]) sum = mix(sum, visit(i));
    return sum;
}
