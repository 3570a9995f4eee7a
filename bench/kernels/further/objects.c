/* objects: virtual methods of eight classes in a scene graph, by tables of functions. */
#include "../../support/bench.h"
struct object;

struct class {
    int32_t (*area)(const struct object *);
    void (*scale)(struct object *, int32_t);
    uint32_t (*hash)(const struct object *, uint32_t);
};

struct object {
    const struct class *class;
    int32_t a, b, c;
    struct object *kids[3];
};

static int32_t square_area(const struct object *o) { return o->a * o->a; }

static int32_t rectangle_area(const struct object *o) { return o->a * o->b; }

static int32_t circle_area(const struct object *o) { return o->a * o->a * 355 / 113; }

static int32_t triangle_area(const struct object *o) { return o->a * o->b / 2; }

static int32_t trapezoid_area(const struct object *o) { return (o->a + o->b) * o->c / 2; }

static int32_t point_area(const struct object *o) {
    (void)o;
    return 0;
}

static int32_t group_area(const struct object *o) {
    int32_t s = 0;
    for (int i = 0; i < 3; i++)
        if (o->kids[i]) s += o->kids[i]->class->area(o->kids[i]);
    return s;
}

static int32_t hole_area(const struct object *o) { return o->kids[0] ? -o->kids[0]->class->area(o->kids[0]) : -1; }

static void scale_one(struct object *o, int32_t n) { o->a = (o->a * n >> 4) % 1000 + 1; }

static void scale_two(struct object *o, int32_t n) {
    scale_one(o, n);
    o->b = (o->b * n >> 4) % 1000 + 2;
}

static void scale_three(struct object *o, int32_t n) {
    scale_two(o, n);
    o->c = (o->c * n >> 4) % 1000 + 3;
}

static void scale_kids(struct object *o, int32_t n) {
    for (int i = 0; i < 3; i++)
        if (o->kids[i]) o->kids[i]->class->scale(o->kids[i], n + i);
}

static uint32_t hash_one(const struct object *o, uint32_t h) { return mix(h, (uint32_t)o->a); }

static uint32_t hash_three(const struct object *o, uint32_t h) { return mix(mix(h, (uint32_t)o->b), (uint32_t)o->c); }

static uint32_t hash_kids(const struct object *o, uint32_t h) {
    for (int i = 0; i < 3; i++)
        if (o->kids[i]) h = o->kids[i]->class->hash(o->kids[i], h);
    return h;
}
static const struct class classes[8] = {
    {square_area, scale_one, hash_one},        {rectangle_area, scale_two, hash_three},
    {circle_area, scale_one, hash_one},        {triangle_area, scale_two, hash_three},
    {trapezoid_area, scale_three, hash_three}, {point_area, scale_one, hash_one},
    {group_area, scale_kids, hash_kids},       {hole_area, scale_kids, hash_kids}};
static struct object pool[1200];

uint32_t kernel_run(void) {
    uint32_t random = 17, sum = 0;
    for (int i = 0; i < 1200; i++) {
        uint32_t r = next_random(&random);
        int k = i < 400 ? 6 + (r % 5 == 0) : (int)(r % 6);
        pool[i] = (struct object){
            &classes[k], 1 + (int32_t)(r >> 8 & 255), 2 + (int32_t)(r >> 16 & 255), 3, {NULL, NULL, NULL}};
        if (i < 399)
            for (int j = 0; j < 3; j++) pool[i].kids[j] = 3 * i + j + 1 < 1200 ? &pool[3 * i + j + 1] : NULL;
    }
    for (int round = 0; round < 30; round++) {
        struct object *root = &pool[round % 4];
        sum = mix(sum, (uint32_t)root->class->area(root));
        root->class->scale(root, 15 + round % 3);
        sum = root->class->hash(root, sum);
    }
    return sum;
}
