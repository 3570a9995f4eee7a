/* horspool: Boyer, Moore and Horspool's search, Knuth, Morris and Pratt's, and the naive one. */
#include "../../support/bench.h"
static char text[60000];

static int horspool(const char *t, int n, const char *p, int m) {
    int skip[256], hits = 0;
    for (int i = 0; i < 256; i++) skip[i] = m;
    for (int i = 0; i < m - 1; i++) skip[(uint8_t)p[i]] = m - 1 - i;
    for (int i = 0; i <= n - m; i += skip[(uint8_t)t[i + m - 1]]) {
        int j = m - 1;
        while (j >= 0 && t[i + j] == p[j]) j--;
        if (j < 0) hits++;
    }
    return hits;
}

static int kmp(const char *t, int n, const char *p, int m) {
    int fail[64], hits = 0;
    fail[0] = 0;
    for (int i = 1, k = 0; i < m; i++) {
        while (k && p[i] != p[k]) k = fail[k - 1];
        if (p[i] == p[k]) k++;
        fail[i] = k;
    }
    for (int i = 0, k = 0; i < n; i++) {
        while (k && t[i] != p[k]) k = fail[k - 1];
        if (t[i] == p[k]) k++;
        if (k == m) {
            hits++;
            k = fail[k - 1];
        }
    }
    return hits;
}

static const char *naive(const char *t, const char *p) {
    for (; *t; t++) {
        const char *a = t, *b = p;
        while (*b && *a == *b) a++, b++;
        if (!*b) return t;
    }
    return NULL;
}

uint32_t kernel_run(void) {
    uint32_t random = 13, sum = 0;
    for (size_t i = 0; i < sizeof text - 1; i++) text[i] = (char)('a' + (next_random(&random) >> 7) % 6);
    static const char *const patterns[] = {"abcab", "feedface", "aaaa", "fadedcafe", "bcdefabcdef"};
    for (uint32_t k = 0; k < LENGTH(patterns); k++) {
        const char *p = patterns[k];
        int m = (int)strlen(p);
        sum = mix(sum, (uint32_t)horspool(text, sizeof text - 1, p, m));
        sum = mix(sum, (uint32_t)kmp(text, sizeof text - 1, p, m));
        uint32_t hits = 0;
        for (const char *t = text; (t = naive(t, p)) != NULL; t++) hits++;
        sum = mix(sum, hits);
    }
    return sum;
}
