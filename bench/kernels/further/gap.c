/* gap: a text editor's gap buffer: inserting, deleting, moving, counting lines, with memmove of our own. */
#include "../../support/bench.h"
static char buffer[8192];
static size_t gap, gap_end;

static NOINLINE void move(char *to, const char *from, size_t n) {
    if (to < from)
        while (n--) *to++ = *from++;
    else
        while (n--) to[n] = from[n];
}

static void go(size_t at) {
    if (at < gap) {
        size_t n = gap - at;
        move(buffer + gap_end - n, buffer + at, n);
        gap -= n;
        gap_end -= n;
    } else {
        size_t n = at - gap;
        move(buffer + gap, buffer + gap_end, n);
        gap += n;
        gap_end += n;
    }
}

static size_t length(void) { return sizeof buffer - (gap_end - gap); }

static char at(size_t i) { return i < gap ? buffer[i] : buffer[i + gap_end - gap]; }

static void insert(const char *s) {
    size_t n = strlen(s);
    if (n > gap_end - gap) return;
    memcpy(buffer + gap, s, n);
    gap += n;
}

static void erase(size_t n) { gap_end += n < sizeof buffer - gap_end ? n : sizeof buffer - gap_end; }

static NOINLINE size_t line_start(size_t n) {
    size_t i = 0;
    for (size_t e = length(); n && i < e; i++)
        if (at(i) == '\n') n--;
    return i;
}

static NOINLINE size_t word(size_t i) {
    size_t e = length();
    while (i < e && (at(i) == ' ' || at(i) == '\n')) i++;
    while (i < e && at(i) != ' ' && at(i) != '\n') i++;
    return i;
}

uint32_t kernel_run(void) {
    static const char *const words[] = {"hello ", "x", "world\n", "something longer to insert ", "\n", "a b c d "};
    uint32_t random = 31, sum = 0;
    gap = 0;
    gap_end = sizeof buffer;
    memset(buffer, 'e', sizeof buffer);
    for (int i = 0; i < 200; i++) insert(words[i % 6]);
    for (int i = 0; i < 500; i++) {
        uint32_t r = next_random(&random);
        switch (r & 3) {
        case 0: go(r / 4 % (length() + 1)); break;
        case 1: go(line_start(r / 4 % 60)); break;
        case 2: go(word(gap)); break;
        default:
            if (gap > 5) go(gap - 5);
        }
        for (uint32_t j = 0; j < (r >> 28); j++) insert(words[(r >> 5) % 6]);
        if (r & 16) erase(r >> 6 & 31);
        sum = mix(sum, (uint32_t)length());
        sum += (uint8_t)at(r % length());
    }
    for (size_t i = 0; i < length(); i++) sum = sum * 31 + (uint8_t)at(i);
    return sum;
}
