/* strings: strlen, strcmp and functions of our own like strtok, strchr, strncpy, strcasecmp, atoi, on words of a text.
 */
#include "../../support/bench.h"
static char text[12000], copy[12000];
static const char *words[3000];

static char *find(const char *s, int c) {
    for (; *s != (char)c; s++)
        if (!*s) return NULL;
    return (char *)s;
}

static size_t span(const char *s, const char *set) {
    size_t n = 0;
    while (s[n] && find(set, s[n])) n++;
    return n;
}

static size_t until(const char *s, const char *set) {
    size_t n = 0;
    while (s[n] && !find(set, s[n])) n++;
    return n;
}

static char *rest;

static NOINLINE char *cut(char *s, const char *set) {
    if (!s) s = rest;
    s += span(s, set);
    if (!*s) return NULL;
    char *e = s + until(s, set);
    if (*e) *e++ = 0;
    rest = e;
    return s;
}

static int lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static NOINLINE int casecmp(const char *a, const char *b) {
    for (; *a && lower((uint8_t)*a) == lower((uint8_t)*b); a++, b++)
        ;
    return lower((uint8_t)*a) - lower((uint8_t)*b);
}

static NOINLINE char *ncopy(char *to, const char *from, size_t n) {
    size_t i = 0;
    for (; i < n && from[i]; i++) to[i] = from[i];
    for (; i < n; i++) to[i] = 0;
    return to;
}

static NOINLINE int number(const char *s) {
    int sign = 1, v = 0;
    while (*s == ' ') s++;
    if (*s == '-') {
        sign = -1;
        s++;
    }
    for (; *s >= '0' && *s <= '9'; s++) v = v * 10 + *s - '0';
    return sign * v;
}

static uint32_t djb(const char *s) {
    uint32_t h = 5381;
    for (size_t i = 0, n = strlen(s); i < n; i++) h = (h << 5) + h + (uint8_t)s[i];
    return h;
}

uint32_t kernel_run(void) {
    uint32_t random = 71, sum = 0;
    char *e = text;
    while (e < text + sizeof text - 20) {
        uint32_t r = next_random(&random);
        for (uint32_t n = 1 + r % 9; n; n--) {
            uint32_t q = next_random(&random);
            *e++ = (char)((r & 0x700) == 0 ? '0' + q % 10 : q & 0x8000 ? 'a' + q % 5 : 'A' + q % 5);
        }
        *e++ = " ,;\n"[r >> 30];
    }
    *e = 0;
    ncopy(copy, text, sizeof copy);
    int n = 0;
    for (char *w = cut(copy, " ,;\n"); w && n < 3000; w = cut(NULL, " ,;\n")) words[n++] = w;
    for (int i = 0; i < n; i++) {
        sum = mix(sum, djb(words[i]));
        sum += (uint32_t)number(words[i]);
    }
    for (int i = 0; i < 6000; i++) {
        const char *a = words[next_random(&random) % (uint32_t)n], *b = words[next_random(&random) % (uint32_t)n];
        int c = strcmp(a, b), d = casecmp(a, b);
        sum = sum * 5 + (uint32_t)(c < 0 ? 1 : c > 0 ? 2 : 3) + (uint32_t)(d < 0) + strlen(a);
    }
    return sum;
}
