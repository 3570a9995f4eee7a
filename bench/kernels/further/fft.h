/* A fast Fourier transform of 1024 complex numbers, for whoever says what `real` is. */
#include "../../support/bench.h"
#define N 1024

typedef struct {
    real re, im;
} complex;

static complex a[N], roots[N / 2];

static double wave(double x) {
    double s = x, t = x;
    for (int i = 1; i < 10; i++) {
        t *= -x * x / ((2 * i) * (2 * i + 1));
        s += t;
    }
    return s;
}

static complex mul(complex x, complex y) { return (complex){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }

static NOINLINE void fft(complex *v, int n, int sign) {
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
            complex t = v[i];
            v[i] = v[j];
            v[j] = t;
        }
    }
    for (int len = 2; len <= n; len <<= 1) {
        int step = N / len;
        for (int i = 0; i < n; i += len)
            for (int k = 0; k < len / 2; k++) {
                complex w = roots[k * step];
                if (sign < 0) w.im = -w.im;
                complex u = v[i + k], t = mul(v[i + k + len / 2], w);
                v[i + k].re = u.re + t.re;
                v[i + k].im = u.im + t.im;
                v[i + k + len / 2].re = u.re - t.re;
                v[i + k + len / 2].im = u.im - t.im;
            }
    }
}

uint32_t kernel_run(void) {
    uint32_t random = 33, sum = 0;
    for (int i = 0; i < N / 2; i++) {
        double x = 6.283185307179586 * i / N;
        roots[i].im = (real)wave(x > 3.14159 ? 3.141592653589793 - x : x);
        roots[i].re = (real)wave(1.5707963267948966 - x);
    }
    for (int i = 0; i < N; i++) {
        a[i].re = (real)((int)(next_random(&random) % 2000) - 1000);
        a[i].im = 0;
    }
    for (int r = 0; r < 8; r++) {
        fft(a, N, 1);
        for (int i = 0; i < N; i += 17) sum = mix(sum, (uint32_t)(int32_t)(a[i].re * (real)0.125));
        fft(a, N, -1);
        for (int i = 0; i < N; i++) {
            a[i].re *= (real)1 / N;
            a[i].im *= (real)1 / N;
        }
    }
    return sum;
}
