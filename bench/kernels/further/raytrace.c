/* raytrace: spheres over a floor in double precision, with square roots, shadows and reflections. */
#include "../../support/bench.h"

typedef struct {
    double x, y, z;
} vec;

struct sphere {
    vec c;
    double r;
    double shine;
};
static const struct sphere spheres[] = {
    {{0, 0, 5}, 1, 0.4}, {{1.5, 0.5, 4}, 0.7, 0.2}, {{-1.4, -0.3, 4.5}, 0.9, 0.6}, {{0.3, 1.4, 6}, 0.8, 0.1}};

static vec add(vec a, vec b) { return (vec){a.x + b.x, a.y + b.y, a.z + b.z}; }

static vec sub(vec a, vec b) { return (vec){a.x - b.x, a.y - b.y, a.z - b.z}; }

static vec mul(vec a, double k) { return (vec){a.x * k, a.y * k, a.z * k}; }

static double dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

static double root(double v) {
    __asm__("sqrtsd %0, %0" : "+x"(v));
    return v;
}

static vec unit(vec a) { return mul(a, 1 / root(dot(a, a))); }

static NOINLINE int hit(vec o, vec d, double *t) {
    int best = -1;
    for (int i = 0; i < 4; i++) {
        vec l = sub(spheres[i].c, o);
        double b = dot(l, d), q = b * b - dot(l, l) + spheres[i].r * spheres[i].r;
        if (q > 0) {
            double s = b - root(q);
            if (s > 1e-4 && s < *t) {
                *t = s;
                best = i;
            }
        }
    }
    return best;
}

static double trace(vec o, vec d, int depth) {
    static const vec light = {0.57, 0.57, -0.59};
    double t = 1e9;
    int i = hit(o, d, &t);
    if (i < 0) {
        if (d.y < 0) {
            double k = -(o.y + 1.5) / d.y;
            vec p = add(o, mul(d, k));
            int cx = (int)(p.x + 100), cz = (int)(p.z + 100);
            double u = 1e9;
            return ((cx ^ cz) & 1 ? 0.9 : 0.2) * (hit(p, light, &u) < 0 ? 1 : 0.4);
        }
        return 0.5 + 0.5 * d.y;
    }
    vec p = add(o, mul(d, t)), n = mul(sub(p, spheres[i].c), 1 / spheres[i].r);
    double u = 1e9, l = dot(n, light);
    if (l < 0 || hit(p, light, &u) >= 0) l = 0;
    double v = 0.1 + 0.7 * l;
    if (depth < 3 && spheres[i].shine > 0)
        v = v * (1 - spheres[i].shine) + spheres[i].shine * trace(p, sub(d, mul(n, 2 * dot(n, d))), depth + 1);
    return v;
}

uint32_t kernel_run(void) {
    uint32_t sum = 0;
    for (int y = 0; y < 48; y++)
        for (int x = 0; x < 64; x++) {
            double v = trace((vec){0, 0, 0}, unit((vec){(x - 32) / 40.0, (24 - y) / 40.0, 1}), 0);
            sum = mix(sum, (uint32_t)(v * 255.0));
        }
    return sum;
}
