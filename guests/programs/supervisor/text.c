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

static uint32_t code_of(const char *bytes, uint32_t size) {
    uint32_t code = size == 1 ? (uint8_t)bytes[0] : (uint8_t)bytes[0] & (0x7fu >> size);
    for (uint32_t i = 1; i < size; i++) code = code << 6 | ((uint8_t)bytes[i] & 63u);
    return code;
}

bool is_visible(const char *bytes, uint32_t size) {
    /* Unicode's controls (Cc), format characters (Cf), separators of lines and paragraphs, and its tags. */
    static const struct {
        uint32_t first, last;
    } unseen[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x600, 0x605},   {0x61c, 0x61c},
                  {0x6dd, 0x6dd},   {0x70f, 0x70f},   {0x890, 0x891},   {0x8e2, 0x8e2},   {0x180e, 0x180e},
                  {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
                  {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
                  {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};
    uint32_t code = code_of(bytes, size);
    for (uint32_t i = 0; i < sizeof unseen / sizeof *unseen && code >= unseen[i].first; i++)
        if (code <= unseen[i].last) return false;
    return true;
}

static void add_unit(struct text *text, uint32_t unit) {
    static const char digits[] = "0123456789abcdef";
    const char escaped[6] = {'\\', 'u', digits[unit >> 12], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
    text_put(text, escaped, sizeof escaped);
}

/* A character that a JSON string cannot have as it is, or that whoever prints the JSON would not want to. */
static bool escape(struct text *text, const char *bytes, uint32_t size) {
    static const char named[] = "\"\"\\\\\nn\rr\tt";
    for (const char *pair = named; *pair != '\0'; pair += 2)
        if (*pair == *bytes) {
            const char escaped[2] = {'\\', pair[1]};
            text_put(text, escaped, sizeof escaped);
            return true;
        }
    if (is_visible(bytes, size)) return false;
    uint32_t code = code_of(bytes, size);
    if (code >= 0x10000) add_unit(text, 0xd800 + ((code - 0x10000) >> 10));
    add_unit(text, code < 0x10000 ? code : 0xdc00 + (code & 0x3ff));
    return true;
}

/* Bytes at the start that a JSON string has as they are: most of them, so that these are copied together. */
static uint32_t plain_length(const char *bytes, uint32_t length) {
    uint32_t plain = 0;
    while (plain < length && bytes[plain] >= ' ' && bytes[plain] < 0x7f && bytes[plain] != '"' && bytes[plain] != '\\') plain++;
    return plain;
}

void text_quote(struct text *text, const char *bytes, uint32_t length) {
    text_add(text, "\"");
    for (uint32_t at = 0; at < length;) {
        uint32_t plain = plain_length(bytes + at, length - at);
        text_put(text, bytes + at, plain);
        at += plain;
        if (at == length) break;
        int32_t size = character_length(bytes + at, length - at);
        if (size <= 0) text_add(text, "\\ufffd");
        else if (!escape(text, bytes + at, (uint32_t)size)) text_put(text, bytes + at, (uint32_t)size);
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
