/* Text put together in a buffer of fixed size. */
#include "text.h"
#include <string.h>

void text_put(struct text *text, const char *bytes, uint32_t length) {
    if (length > text->capacity - text->length) {
        text->full = true;
        return;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_add(struct text *text, const char *string) { text_put(text, string, strlen(string)); }

static void add_digits(struct text *text, uint64_t number, uint32_t least) {
    char digits[24];
    uint32_t start = sizeof digits;
    while (number != 0 || sizeof digits - start < least) {
        digits[--start] = (char)('0' + number % 10);
        number /= 10;
    }
    text_put(text, digits + start, sizeof digits - start);
}

void text_number(struct text *text, uint64_t number) { add_digits(text, number, 1); }

void text_decimal(struct text *text, uint64_t nanoseconds, uint32_t unit) {
    uint32_t places = 0;
    for (uint32_t power = 1; power < unit; power *= 10) places++;
    text_number(text, nanoseconds / unit);
    text_add(text, ".");
    add_digits(text, nanoseconds % unit, places);
}

int32_t character_length(const char *bytes, uint32_t length) {
    const uint8_t *byte = (const uint8_t *)bytes;
    if (byte[0] < 0x80) return 1;
    int32_t wanted = byte[0] >= 0xc2 && byte[0] < 0xe0   ? 2
                     : byte[0] >= 0xe0 && byte[0] < 0xf0 ? 3
                     : byte[0] >= 0xf0 && byte[0] < 0xf5 ? 4
                                                         : 0;
    for (int32_t i = 1; i < wanted; i++) {
        if ((uint32_t)i == length) return -1;
        /* Overlong forms, halves of surrogate pairs and what is beyond Unicode show in the second byte. */
        uint8_t low = i > 1 ? 0x80 : byte[0] == 0xe0 ? 0xa0 : byte[0] == 0xf0 ? 0x90 : 0x80;
        uint8_t high = i > 1 ? 0xbf : byte[0] == 0xed ? 0x9f : byte[0] == 0xf4 ? 0x8f : 0xbf;
        if (byte[i] < low || byte[i] > high) return 0;
    }
    return wanted;
}

/* A character of one byte that a JSON string cannot have as it is. */
static bool escape(struct text *text, char byte) {
    static const char named[] = "\"\"\\\\\nn\rr\tt";
    for (const char *pair = named; *pair != '\0'; pair += 2)
        if (*pair == byte) {
            const char escaped[2] = {'\\', pair[1]};
            text_put(text, escaped, sizeof escaped);
            return true;
        }
    if ((uint8_t)byte >= ' ' && byte != 0x7f) return false;
    const char escaped[6] = {'\\', 'u', '0', '0', "01234567"[byte >> 4], "0123456789abcdef"[byte & 15]};
    text_put(text, escaped, sizeof escaped);
    return true;
}

void text_quote(struct text *text, const char *bytes, uint32_t length) {
    text_add(text, "\"");
    for (uint32_t at = 0; at < length;) {
        int32_t size = character_length(bytes + at, length - at);
        if (size <= 0) text_add(text, "\\ufffd");
        else if (size > 1 || !escape(text, bytes[at])) text_put(text, bytes + at, (uint32_t)size);
        at += size > 0 ? (uint32_t)size : 1;
    }
    text_add(text, "\"");
}

void text_key(struct text *text, const char *key) {
    if (text->length > 0 && text->bytes[text->length - 1] != '{') text_add(text, ",");
    text_quote(text, key, strlen(key));
    text_add(text, ":");
}

void text_member(struct text *text, const char *key, const char *string) {
    text_key(text, key);
    text_quote(text, string, strlen(string));
}

void text_member_number(struct text *text, const char *key, uint64_t number) {
    text_key(text, key);
    text_number(text, number);
}
