/* spectral: the spectral norm, in double with divisions and whole-number conversions; and a floating-point Newton,
 * min/max, float to text. */
#include "../../support/bench.h"
#define N 60
static double u[N], v[N], t[N];

static double at(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static NOINLINE void times(const double *a, double *r) {
    for (int i = 0; i < N; i++) {
        double s = 0;
        for (int j = 0; j < N; j++) s += at(i, j) * a[j];
        r[i] = s;
    }
}

static NOINLINE void back(const double *a, double *r) {
    for (int i = 0; i < N; i++) {
        double s = 0;
        for (int j = 0; j < N; j++) s += at(j, i) * a[j];
        r[i] = s;
    }
}

static NOINLINE uint32_t text(double x) {
    char b[32];
    int n = 0;
    if (x < 0) {
        b[n++] = '-';
        x = -x;
    }
    int e = 0;
    while (x >= 10) {
        x /= 10;
        e++;
    }
    while (x < 1 && x > 0) {
        x *= 10;
        e--;
    }
    for (int i = 0; i < 12; i++) {
        int d = (int)x;
        b[n++] = (char)('0' + d);
        x = (x - d) * 10;
    }
    uint32_t h = (uint32_t)e;
    for (int i = 0; i < n; i++) h = h * 31 + (uint8_t)b[i];
    return h;
}

uint32_t kernel_run(void) {
    uint32_t s = 0;
    for (int i = 0; i < N; i++) u[i] = 1;
    for (int i = 0; i < 10; i++) {
        times(u, t);
        back(t, v);
        times(v, t);
        back(t, u);
    }
    double a = 0, b = 0, lo = 1e9, hi = -1e9;
    for (int i = 0; i < N; i++) {
        a += u[i] * v[i];
        b += v[i] * v[i];
        if (u[i] < lo) lo = u[i];
        if (u[i] > hi) hi = u[i];
        s = mix(s, text(u[i] * (i - 30) * 1e3));
    }
    return mix(mix(s, text(a / b)), text(hi / lo));
}
