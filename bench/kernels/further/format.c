/* format: a printf of our own, with variable arguments, widths, 64-bit numbers, called through a sink. */
#include "../../support/bench.h"
#include <stdarg.h>

struct sink {
    char *at, *end;
    void (*put)(struct sink *, char);
    uint32_t total;
};

static void put_buffer(struct sink *s, char c) {
    if (s->at < s->end) *s->at++ = c;
    s->total++;
}

static void pad(struct sink *s, int n, char c) {
    while (n-- > 0) s->put(s, c);
}

static void number(struct sink *s, uint64_t v, unsigned base, int width, char fill, bool neg, bool left, bool upper) {
    char digits[24];
    int n = 0;
    do {
        unsigned d = (unsigned)(v % base);
        digits[n++] = (char)(d < 10 ? '0' + d : (upper ? 'A' : 'a') + d - 10);
        v /= base;
    } while (v);
    int total = n + neg;
    if (neg && fill == '0') s->put(s, '-');
    if (!left) pad(s, width - total, fill);
    if (neg && fill != '0') s->put(s, '-');
    while (n > 0) s->put(s, digits[--n]);
    if (left) pad(s, width - total, ' ');
}

static NOINLINE void vformat(struct sink *s, const char *f, va_list ap) {
    for (; *f; f++) {
        if (*f != '%') {
            s->put(s, *f);
            continue;
        }
        bool left = false;
        char fill = ' ';
        int width = 0, longs = 0;
        for (f++;; f++) {
            if (*f == '-') left = true;
            else if (*f == '0') fill = '0';
            else break;
        }
        if (*f == '*') {
            width = va_arg(ap, int);
            f++;
        }
        while (*f >= '0' && *f <= '9') width = width * 10 + *f++ - '0';
        while (*f == 'l') longs++, f++;
        switch (*f) {
        case 'd': {
            int64_t v = longs > 1 ? va_arg(ap, long long) : va_arg(ap, int);
            number(s, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, width, fill, v < 0, left, false);
            break;
        }
        case 'u':
            number(s, longs > 1 ? va_arg(ap, unsigned long long) : va_arg(ap, unsigned), 10, width, fill, false, left,
                   false);
            break;
        case 'x':
        case 'X':
            number(s, longs > 1 ? va_arg(ap, unsigned long long) : va_arg(ap, unsigned), 16, width, fill, false, left,
                   *f == 'X');
            break;
        case 'o': number(s, va_arg(ap, unsigned), 8, width, fill, false, left, false); break;
        case 'c': s->put(s, (char)va_arg(ap, int)); break;
        case 's': {
            const char *t = va_arg(ap, const char *);
            int n = (int)strlen(t);
            if (!left) pad(s, width - n, ' ');
            for (int i = 0; i < n; i++) s->put(s, t[i]);
            if (left) pad(s, width - n, ' ');
            break;
        }
        case '%': s->put(s, '%'); break;
        }
    }
    s->put(s, 0);
}

static NOINLINE uint32_t format(char *to, size_t size, const char *f, ...) {
    struct sink s = {to, to + size, put_buffer, 0};
    va_list ap;
    va_start(ap, f);
    vformat(&s, f, ap);
    va_end(ap);
    return s.total;
}

uint32_t kernel_run(void) {
    static char buffer[256];
    uint32_t random = 5, sum = 0;
    static const char *const names[] = {"alpha", "be", "gamma-delta", ""};
    for (uint32_t i = 0; i < 700; i++) {
        uint32_t r = next_random(&random);
        uint32_t n = format(buffer, sizeof buffer, "%-10s|%5d|%08x|%llu %lld %c%% %*d %o\n", names[r & 3],
                            (int)(r >> 20) - 2000, r, (unsigned long long)r * r, (long long)(int32_t)r * 1000003,
                            'a' + (int)(r % 26), (int)(r % 9), (int)r, r >> 8);
        sum = mix(sum, n);
        for (char *p = buffer; *p; p++) sum = sum * 31 + (uint8_t)*p;
    }
    return sum;
}
