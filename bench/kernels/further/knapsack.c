/* knapsack: dynamic programming: knapsack, longest common subsequence, chain of matrices, Floyd-Warshall. */
#include "../../support/bench.h"
static uint32_t best[4001];
static uint16_t lcs[401][401];
static int32_t dist[64][64];
static uint32_t cost[40][40];

static NOINLINE uint32_t knapsack(const uint32_t *w, const uint32_t *v, int n) {
    memset(best, 0, sizeof best);
    for (int i = 0; i < n; i++)
        for (uint32_t c = 4000; c >= w[i]; c--)
            if (best[c - w[i]] + v[i] > best[c]) best[c] = best[c - w[i]] + v[i];
    return best[4000];
}

static NOINLINE uint32_t common(const uint8_t *a, const uint8_t *b, int n) {
    for (int i = 1; i <= n; i++)
        for (int j = 1; j <= n; j++)
            lcs[i][j] = a[i - 1] == b[j - 1]            ? (uint16_t)(lcs[i - 1][j - 1] + 1)
                        : lcs[i - 1][j] > lcs[i][j - 1] ? lcs[i - 1][j]
                                                        : lcs[i][j - 1];
    return lcs[n][n];
}

static NOINLINE void floyd(void) {
    for (int k = 0; k < 64; k++)
        for (int i = 0; i < 64; i++)
            for (int j = 0; j < 64; j++)
                if (dist[i][k] + dist[k][j] < dist[i][j]) dist[i][j] = dist[i][k] + dist[k][j];
}

static NOINLINE uint32_t chain(const uint32_t *d, int n) {
    for (int l = 1; l < n; l++)
        for (int i = 0; i + l < n; i++) {
            uint32_t m = l ? 0xffffffff : 0;
            for (int k = i; k < i + l; k++) {
                uint32_t c = cost[i][k] + cost[k + 1][i + l] + d[i] * d[k + 1] * d[i + l + 1];
                if (c < m) m = c;
            }
            cost[i][i + l] = m;
        }
    return cost[0][n - 1];
}

uint32_t kernel_run(void) {
    uint32_t random = 23, sum = 0, w[60], v[60], d[41];
    uint8_t a[400], b[400];
    for (int i = 0; i < 60; i++) {
        w[i] = 10 + next_random(&random) % 300;
        v[i] = next_random(&random) % 1000;
    }
    for (int i = 0; i < 400; i++) {
        a[i] = next_random(&random) % 4;
        b[i] = next_random(&random) % 4;
    }
    for (int i = 0; i < 41; i++) d[i] = 1 + next_random(&random) % 50;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) dist[i][j] = (int32_t)(next_random(&random) % 10000);
    sum = mix(sum, knapsack(w, v, 60));
    sum = mix(sum, common(a, b, 400));
    sum = mix(sum, chain(d, 40));
    floyd();
    for (int i = 0; i < 64; i++) sum = mix(sum, (uint32_t)dist[i][63 - i]);
    return sum;
}
