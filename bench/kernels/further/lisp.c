/* lisp: an evaluator of lists with environments, and a collector that marks and sweeps. */
#include "../../support/bench.h"
typedef struct cell cell;

struct cell {
    uint8_t tag, mark;
    cell *car, *cdr;
};

enum { CONS, INT, SYM, PRIM, FUN };

#define CELLS 6000
static cell heap[CELLS], *freed;
static cell *symbols[32];
static const char *names[32];
static int symbol_count;
static cell *roots[1024];
static int root_count;
static uint32_t collections;
static cell *global;

static void mark(cell *c) {
    while (c && !c->mark) {
        c->mark = 1;
        if (c->tag == INT || c->tag == SYM || c->tag == PRIM) return;
        mark(c->car);
        c = c->cdr;
    }
}

static NOINLINE void collect(void) {
    for (int i = 0; i < root_count; i++) mark(roots[i]);
    for (int i = 0; i < symbol_count; i++) mark(symbols[i]);
    mark(global);
    freed = NULL;
    for (int i = 0; i < CELLS; i++)
        if (heap[i].mark) heap[i].mark = 0;
        else {
            heap[i].cdr = freed;
            freed = &heap[i];
        }
    collections++;
}

static cell *make(int tag, cell *a, cell *d) {
    if (!freed) {
        roots[root_count++] = tag == CONS || tag == FUN ? a : NULL;
        roots[root_count++] = tag == CONS || tag == FUN ? d : NULL;
        collect();
        root_count -= 2;
    }
    cell *c = freed;
    freed = c->cdr;
    c->tag = (uint8_t)tag;
    c->car = a;
    c->cdr = d;
    return c;
}

static cell *number(int32_t n) { return make(INT, (cell *)(intptr_t)n, NULL); }

static int32_t value(const cell *c) { return (int32_t)(intptr_t)c->car; }

static cell *symbol(const char *s, size_t n) {
    for (int i = 0; i < symbol_count; i++) {
        size_t j = 0;
        while (j < n && names[i][j] == s[j]) j++;
        if (j == n && (names[i][n] == ' ' || names[i][n] == ')' || names[i][n] == 0)) return symbols[i];
    }
    names[symbol_count] = s;
    return symbols[symbol_count++] = make(SYM, (cell *)(intptr_t)symbol_count, NULL);
}

static const char *in;

static cell *read(void) {
    while (*in == ' ') in++;
    if (*in == '(') {
        in++;
        cell *l = NULL, **end = &l;
        for (;;) {
            while (*in == ' ') in++;
            if (*in == ')') {
                in++;
                return l;
            }
            cell *x = read();
            roots[root_count++] = l;
            *end = make(CONS, x, NULL);
            root_count--;
            end = &(*end)->cdr;
        }
    }
    if (*in >= '0' && *in <= '9') {
        int32_t v = 0;
        while (*in >= '0' && *in <= '9') v = v * 10 + *in++ - '0';
        return number(v);
    }
    const char *b = in;
    while (*in && *in != ' ' && *in != ')') in++;
    return symbol(b, (size_t)(in - b));
}

enum { ADD, SUB, LESS, EQ, CAR, CDR, CONSP, NULLP, MUL };

static cell *IF, *LAMBDA, *T;

static cell *eval(cell *x, cell *env) {
    int base = root_count;
    roots[root_count++] = x;
    roots[root_count++] = env;
    for (;;) {
        if (!x || x->tag == INT) {
            root_count = base;
            return x;
        }
        if (x->tag == SYM) {
            for (cell *e = env; e; e = e->cdr)
                if (e->car->car == x) {
                    root_count = base;
                    return e->car->cdr;
                }
            for (cell *e = global; e; e = e->cdr)
                if (e->car->car == x) {
                    root_count = base;
                    return e->car->cdr;
                }
            root_count = base;
            return NULL;
        }
        if (x->car == IF) {
            x = eval(x->cdr->car, env) ? x->cdr->cdr->car : x->cdr->cdr->cdr->car;
            roots[base] = x;
            continue;
        }
        if (x->car == LAMBDA) {
            root_count = base;
            return make(FUN, x->cdr, env);
        }
        cell *f = eval(x->car, env);
        roots[root_count++] = f;
        cell *args = NULL, **end = &args;
        int slot = root_count++;
        roots[slot] = NULL;
        for (cell *a = x->cdr; a; a = a->cdr) {
            cell *v = eval(a->car, env);
            roots[root_count++] = v;
            *end = make(CONS, v, NULL);
            roots[slot] = args;
            root_count--;
            end = &(*end)->cdr;
        }
        if (f->tag == PRIM) {
            cell *r = NULL, *a = args->car, *b = args->cdr ? args->cdr->car : NULL;
            switch ((int)(intptr_t)f->car) {
            case ADD: r = number(value(a) + value(b)); break;
            case SUB: r = number(value(a) - value(b)); break;
            case MUL: r = number(value(a) * value(b)); break;
            case LESS: r = value(a) < value(b) ? T : NULL; break;
            case EQ: r = value(a) == value(b) ? T : NULL; break;
            case CAR: r = a->car; break;
            case CDR: r = a->cdr; break;
            case CONSP: r = make(CONS, a, b); break;
            case NULLP: r = a ? NULL : T; break;
            }
            root_count = base;
            return r;
        }
        cell *e = f->cdr;
        for (cell *p = f->car->car, *v = args; p; p = p->cdr, v = v->cdr) {
            roots[root_count++] = e;
            cell *pair = make(CONS, p->car, v->car);
            roots[root_count++] = pair;
            e = make(CONS, pair, e);
            root_count -= 2;
        }
        env = e;
        x = f->car->cdr->car;
        roots[base] = x;
        roots[base + 1] = env;
        root_count = base + 2;
    }
}

static void define(const char *n, cell *v) {
    roots[root_count++] = v;
    cell *p = make(CONS, symbol(n, strlen(n)), v);
    roots[root_count - 1] = p;
    global = make(CONS, p, global);
    root_count--;
}

uint32_t kernel_run(void) {
    static const char *const prims[] = {"+", "-", "<", "=", "car", "cdr", "cons", "null", "*"};
    freed = NULL;
    symbol_count = root_count = 0;
    global = NULL;
    collections = 0;
    memset(heap, 0, sizeof heap);
    collect();
    IF = symbol("if", 2);
    LAMBDA = symbol("lambda", 6);
    T = symbol("t", 1);
    for (uint32_t i = 0; i < LENGTH(prims); i++) define(prims[i], make(PRIM, (cell *)(intptr_t)i, NULL));
    in = "(lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))";
    cell *c = read();
    define("fib", eval(c, NULL));
    in = "(lambda (n) (if (= n 0) (null 1) (cons n (iota (- n 1)))))";
    c = read();
    define("iota", eval(c, NULL));
    in = "(lambda (f l) (if (null l) l (cons (f (car l)) (map f (cdr l)))))";
    c = read();
    define("map", eval(c, NULL));
    in = "(lambda (l) (if (null l) 0 (+ (car l) (sum (cdr l)))))";
    c = read();
    define("sum", eval(c, NULL));
    in = "(+ (fib 13) (sum (map (lambda (x) (* x x)) (iota 40))))";
    c = read();
    roots[root_count++] = c;
    cell *r = eval(c, NULL);
    return mix((uint32_t)value(r), collections);
}
