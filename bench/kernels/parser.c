/* parser: JSON text, read by recursive descent with a table of character classes; numbers added, strings hashed. */
#include "../support/bench.h"

enum { OTHER, SPACE, DIGIT, QUOTE, OPEN, CLOSE };

static const uint8_t classes[256] = {
    [' '] = SPACE, ['\n'] = SPACE, ['\t'] = SPACE, ['0' ... '9'] = DIGIT, ['-'] = DIGIT,
    ['"'] = QUOTE, ['['] = OPEN,   ['{'] = OPEN,   [']'] = CLOSE,         ['}'] = CLOSE,
};

static char text[128 * 1024];
static uint32_t checksum;

static char *put(char *end, const char *what) {
    while (*what != '\0') *end++ = *what++;
    return end;
}

static char *put_number(char *end, uint32_t number) {
    char digits[10];
    uint32_t count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    while (count > 0) *end++ = digits[--count];
    return end;
}

static void write_text(void) {
    static const char *const names[] = {"identifier", "name", "price", "tags", "a \\\"quoted\\\" key"};
    uint32_t random = 29;
    char *end = put(text, "[");
    while (end < text + sizeof text - 200) {
        end = put(end, end == text + 1 ? "{" : ",\n  {");
        for (uint32_t i = 0; i < LENGTH(names); i++) {
            end = put(put(put(end, i == 0 ? "\"" : ", \""), names[i]), "\": ");
            if (i == 3) end = put(put_number(put(end, "[true, null, "), next_random(&random) % 100), "]");
            else if (i & 1) end = put(put_number(put(end, "\"item "), next_random(&random) % 1000), "\"");
            else end = put_number(put(end, next_random(&random) & 1 ? "-" : ""), next_random(&random) >> 12);
        }
        end = put(end, "}");
    }
    *put(end, "]") = '\0';
}

static const char *skip_space(const char *next) {
    while (classes[(uint8_t)*next] == SPACE) next++;
    return next;
}

static const char *read_string(const char *next) {
    uint32_t hash = 5381;
    for (; *next != '"'; next++) {
        if (*next == '\\') next++;
        hash = hash * 33 + (uint8_t)*next;
    }
    checksum = mix(checksum, hash);
    return next + 1;
}

static const char *read_number(const char *next) {
    bool negative = *next == '-';
    int32_t value = 0;
    for (next += negative; classes[(uint8_t)*next] == DIGIT; next++) value = value * 10 + (*next - '0');
    checksum += (uint32_t)(negative ? -value : value);
    return next;
}

/* Objects are lists of keys and values here; `:` and `,` alike separate. */
static NOINLINE const char *read_value(const char *next, uint32_t depth) {
    next = skip_space(next);
    switch (classes[(uint8_t)*next]) {
    case QUOTE: return read_string(next + 1);
    case DIGIT: return read_number(next);
    case OPEN:
        for (next = skip_space(next + 1); classes[(uint8_t)*next] != CLOSE; next = skip_space(next))
            next = *next == ',' || *next == ':' ? next + 1 : read_value(next, depth + 1);
        checksum = mix(checksum, depth);
        return next + 1;
    default:
        while (*next >= 'a' && *next <= 'z') checksum += (uint8_t)*next++;
        return next;
    }
}

uint32_t kernel_run(void) {
    write_text();
    checksum = 0;
    for (int i = 0; i < 5; i++) read_value(text, 0);
    return checksum;
}
