/* sorts: merge, shell, insertion, radix sort and binary search; records with keys of strings by index. */
#include "../../support/bench.h"
#define N 4000
static uint32_t a[N], b[N];

static struct {
    char name[12];
    uint16_t rank;
} records[600];

static uint16_t order[600], spare[600];

static NOINLINE void merge(uint32_t *v, uint32_t *t, int n) {
    if (n < 2) return;
    int h = n / 2;
    merge(v, t, h);
    merge(v + h, t, n - h);
    int i = 0, j = h, k = 0;
    while (i < h && j < n) t[k++] = v[j] < v[i] ? v[j++] : v[i++];
    while (i < h) t[k++] = v[i++];
    for (i = 0; i < k; i++) v[i] = t[i];
}

static NOINLINE void shell(int32_t *v, int n) {
    for (int g = n / 2; g; g = g == 2 ? 1 : g * 5 / 11)
        for (int i = g; i < n; i++) {
            int32_t t = v[i];
            int j = i;
            for (; j >= g && v[j - g] > t; j -= g) v[j] = v[j - g];
            v[j] = t;
        }
}

static NOINLINE void radix(uint32_t *v, uint32_t *t, int n) {
    for (int s = 0; s < 32; s += 8) {
        uint32_t c[257] = {0};
        for (int i = 0; i < n; i++) c[(v[i] >> s & 255) + 1]++;
        for (int i = 0; i < 256; i++) c[i + 1] += c[i];
        for (int i = 0; i < n; i++) t[c[v[i] >> s & 255]++] = v[i];
        uint32_t *x = v;
        v = t;
        t = x;
    }
}

static int by_name(uint16_t x, uint16_t y) {
    int c = strcmp(records[x].name, records[y].name);
    return c ? c : records[x].rank - records[y].rank;
}

static NOINLINE void sort_by(uint16_t *v, uint16_t *t, int n, int (*cmp)(uint16_t, uint16_t)) {
    if (n < 2) return;
    int h = n / 2;
    sort_by(v, t, h, cmp);
    sort_by(v + h, t, n - h, cmp);
    int i = 0, j = h, k = 0;
    while (i < h && j < n) t[k++] = cmp(v[j], v[i]) < 0 ? v[j++] : v[i++];
    while (i < h) t[k++] = v[i++];
    while (k-- > 0) v[k] = t[k];
}

static NOINLINE int search(const uint32_t *v, int n, uint32_t k) {
    int lo = 0;
    while (n > 0) {
        int h = n / 2;
        if (v[lo + h] < k) {
            lo += h + 1;
            n -= h + 1;
        } else n = h;
    }
    return lo;
}

static uint32_t take(uint32_t s) {
    for (int i = 0; i < N; i += 3) s = mix(s, a[i]);
    return s;
}

static void fill(uint32_t *r) {
    for (int i = 0; i < N; i++) a[i] = next_random(r);
}

uint32_t kernel_run(void) {
    uint32_t r = 5, s = 0;
    fill(&r);
    merge(a, b, N);
    s = take(s);
    for (int i = 0; i < N; i++) s += (uint32_t)search(a, N, next_random(&r));
    fill(&r);
    shell((int32_t *)a, N);
    s = take(s);
    fill(&r);
    radix(a, b, N);
    s = take(s);
    for (int i = 0; i < 600; i++) {
        for (int j = 0; j < 11; j++) records[i].name[j] = (char)('a' + (j < 3 ? 0 : next_random(&r) % 3));
        records[i].rank = (uint16_t)next_random(&r);
        order[i] = (uint16_t)i;
    }
    sort_by(order, spare, 600, by_name);
    for (int i = 0; i < 600; i++) s = mix(s, order[i]);
    return s;
}
