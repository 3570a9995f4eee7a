/* lu: LU decomposition with partial pivots in double, through pointers to rows, and solving. */
#include "../../support/bench.h"
#define N 64
static double storage[N][N], *rows[N], b[N], x[N];

static double absolute(double v) { return v < 0 ? -v : v; }

static NOINLINE int factor(double **a, int n, int *perm) {
    for (int k = 0; k < n; k++) {
        int p = k;
        double t = absolute(a[k][k]);
        for (int i = k + 1; i < n; i++)
            if (absolute(a[i][k]) > t) {
                t = absolute(a[i][k]);
                p = i;
            }
        perm[k] = p;
        if (t == 0) return -1;
        double *r = a[k];
        a[k] = a[p];
        a[p] = r;
        double inv = 1.0 / a[k][k];
        for (int i = k + 1; i < n; i++) {
            double f = a[i][k] *= inv;
            for (int j = k + 1; j < n; j++) a[i][j] -= f * a[k][j];
        }
    }
    return 0;
}

static NOINLINE void solve(double **a, int n, const int *perm) {
    for (int i = 0; i < n; i++) x[i] = b[i];
    for (int i = 0; i < n; i++) {
        double t = x[i];
        x[i] = x[perm[i]];
        x[perm[i]] = t;
    }
    for (int i = 0; i < n; i++) {
        double s = x[i];
        for (int j = 0; j < i; j++) s -= a[i][j] * x[j];
        x[i] = s;
    }
    for (int i = n - 1; i >= 0; i--) {
        double s = x[i];
        for (int j = i + 1; j < n; j++) s -= a[i][j] * x[j];
        x[i] = s / a[i][i];
    }
}

uint32_t kernel_run(void) {
    uint32_t random = 21, sum = 0;
    int perm[N];
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < N; i++) {
            rows[i] = storage[i];
            b[i] = (int)(next_random(&random) % 100) - 50;
            for (int j = 0; j < N; j++) storage[i][j] = (int)(next_random(&random) % 1000) / 64.0 - 7.0;
        }
        if (factor(rows, N, perm)) return 1;
        solve(rows, N, perm);
        for (int i = 0; i < N; i++) sum = mix(sum, (uint32_t)(int32_t)(x[i] * 1000.0));
    }
    return sum;
}
