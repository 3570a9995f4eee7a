/* Console output: bytes, text and a small printf. */
#include "runtime.h"
#include <stdarg.h>

/* A program that prints elsewhere, too, compiles this file with a function of its own. */
#ifndef CONSOLE_WRITE
#define CONSOLE_WRITE denali_console_put
#endif

void print_bytes(const char *bytes, size_t length) {
    while (length > 0) {
        int32_t written = CONSOLE_WRITE(bytes, length);
        if (written <= 0) return;
        bytes += written;
        length -= (size_t)written;
    }
}

void print(const char *text) { print_bytes(text, strlen(text)); }

/* Gathers output so that a line reaches the console in one virtual instruction. */
struct output {
    char bytes[256];
    uint32_t length;
};

static void put(struct output *output, char byte) {
    if (output->length == sizeof output->bytes) {
        print_bytes(output->bytes, output->length);
        output->length = 0;
    }
    output->bytes[output->length++] = byte;
}

struct conversion {
    bool left_aligned;
    char padding;
    uint32_t width;
};

static void put_padded(struct output *output, const struct conversion *conversion, const char *text, uint32_t length) {
    uint32_t missing = conversion->width > length ? conversion->width - length : 0;
    if (!conversion->left_aligned && conversion->padding == '0' && length > 0 && *text == '-') {
        put(output, *text++);
        length--;
    }
    if (!conversion->left_aligned)
        for (uint32_t i = 0; i < missing; i++) put(output, conversion->padding);
    for (uint32_t i = 0; i < length; i++) put(output, text[i]);
    if (conversion->left_aligned)
        for (uint32_t i = 0; i < missing; i++) put(output, ' ');
}

static void put_number(struct output *output, const struct conversion *conversion, uint64_t number, uint32_t base,
                       bool negative) {
    char digits[24];
    uint32_t start = sizeof digits;
    do {
        digits[--start] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    if (negative) digits[--start] = '-';
    put_padded(output, conversion, digits + start, sizeof digits - start);
}

void printf(const char *format, ...) {
    struct output output = {.length = 0};
    va_list arguments;
    va_start(arguments, format);
    while (*format != '\0') {
        if (*format != '%') {
            put(&output, *format++);
            continue;
        }
        format++;
        struct conversion conversion = {.padding = ' '};
        for (; *format == '-' || *format == '0'; format++) {
            if (*format == '-') conversion.left_aligned = true;
            else conversion.padding = '0';
        }
        if (*format == '*') {
            conversion.width = va_arg(arguments, uint32_t);
            format++;
        }
        for (; *format >= '0' && *format <= '9'; format++)
            conversion.width = conversion.width * 10 + (uint32_t)(*format - '0');
        bool wide = format[0] == 'l' && format[1] == 'l';
        if (wide) format += 2;
        char kind = *format;
        if (kind != '\0') format++;
        if (kind == 's') {
            const char *text = va_arg(arguments, const char *);
            put_padded(&output, &conversion, text, strlen(text));
        } else if (kind == 'c') {
            char character = (char)va_arg(arguments, int);
            put_padded(&output, &conversion, &character, 1);
        } else if (kind == 'd') {
            int64_t number = wide ? va_arg(arguments, int64_t) : va_arg(arguments, int32_t);
            bool negative = number < 0;
            put_number(&output, &conversion, negative ? 0 - (uint64_t)number : (uint64_t)number, 10, negative);
        } else if (kind == 'u' || kind == 'x') {
            uint64_t number = wide ? va_arg(arguments, uint64_t) : va_arg(arguments, uint32_t);
            put_number(&output, &conversion, number, kind == 'u' ? 10 : 16, false);
        } else {
            put(&output, kind == '\0' ? '%' : kind);
        }
    }
    va_end(arguments);
    print_bytes(output.bytes, output.length);
}
