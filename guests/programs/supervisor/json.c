/* Reads a JSON object of known members. */
#include "json.h"
#include "text.h"
#include <string.h>

#define LONGEST_NAME 32u

struct reader {
    const char *next, *end;
    struct json_error *error;
};

static bool refuse(struct reader *reader, int status, const char *reason) {
    if (reader->error->status == 0) {
        reader->error->status = status;
        reader->error->reason = reason;
    }
    return false;
}

/* The whole body is, whichever member it was noticed in. */
static bool malformed(struct reader *reader) {
    if (reader->error->status == 0) reader->error->member = NULL;
    return refuse(reader, 400, "the body is not JSON");
}

static char peek(struct reader *reader) {
    while (reader->next < reader->end && memchr(" \t\r\n", *reader->next, 4)) reader->next++;
    return reader->next < reader->end ? *reader->next : '\0';
}

static bool take(struct reader *reader, char wanted) {
    if (peek(reader) != wanted) return false;
    reader->next++;
    return true;
}

/* The same where no blank may be before it. */
static bool take_byte(struct reader *reader, char wanted) {
    if (reader->next == reader->end || *reader->next != wanted) return false;
    reader->next++;
    return true;
}

static int32_t hexadecimal(struct reader *reader) {
    int32_t number = 0;
    if (reader->end - reader->next < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char digit = *reader->next++;
        int32_t value = digit >= '0' && digit <= '9'   ? digit - '0'
                        : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                        : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                       : -1;
        if (value < 0) return -1;
        number = number << 4 | value;
    }
    return number;
}

/* The character behind `\u`, which may take another `\u`; as UTF-8. NUL ends texts here. */
static bool read_escaped_character(struct reader *reader, struct text *into) {
    int32_t code = hexadecimal(reader);
    if (code >= 0xd800 && code < 0xdc00 && reader->end - reader->next >= 6 && reader->next[0] == '\\' &&
        reader->next[1] == 'u') {
        reader->next += 2;
        int32_t low = hexadecimal(reader);
        code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
    }
    if (code == 0) return refuse(reader, 422, "must not have a NUL character");
    if (code < 0 || (code >= 0xd800 && code < 0xe000)) return malformed(reader);
    const char encoded[4] = {(char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 63)), (char)(0x80 | (code >> 6 & 63)),
                             (char)(0x80 | (code & 63))};
    if (code < 0x80) text_put(into, (const char[]){(char)code}, 1);
    else if (code < 0x800) text_put(into, (const char[]){(char)(0xc0 | code >> 6), encoded[3]}, 2);
    else if (code < 0x10000) text_put(into, (const char[]){(char)(0xe0 | code >> 12), encoded[2], encoded[3]}, 3);
    else text_put(into, encoded, 4);
    return true;
}

static bool read_escape(struct reader *reader, struct text *into) {
    static const char pairs[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    if (reader->next == reader->end) return malformed(reader);
    char kind = *reader->next++;
    if (kind == 'u') return read_escaped_character(reader, into);
    for (const char *pair = pairs; *pair != '\0'; pair += 2)
        if (*pair == kind) {
            text_put(into, pair + 1, 1);
            return true;
        }
    return malformed(reader);
}

/* A string, behind what is there already. */
static bool read_string(struct reader *reader, struct text *into) {
    if (!take(reader, '"')) return refuse(reader, 422, "must be a string");
    while (reader->next < reader->end) {
        char byte = *reader->next;
        if (byte == '"') {
            reader->next++;
            return into->full ? refuse(reader, 422, "is too long") : true;
        }
        if ((uint8_t)byte < ' ') return malformed(reader);
        if (byte == '\\') {
            reader->next++;
            if (!read_escape(reader, into)) return false;
            continue;
        }
        int32_t size = character_length(reader->next, (uint32_t)(reader->end - reader->next));
        if (size <= 0) return malformed(reader);
        text_put(into, reader->next, (uint32_t)size);
        reader->next += size;
    }
    return malformed(reader);
}

static bool read_text(struct reader *reader, const struct json_member *member) {
    struct text text = {.bytes = member->text, .capacity = member->size - 1};
    if (!read_string(reader, &text)) return false;
    member->text[text.length] = '\0';
    return true;
}

static bool read_words(struct reader *reader, const struct json_member *member) {
    struct text text = {.bytes = member->text, .capacity = member->size - 1};
    if (!take(reader, '[')) return refuse(reader, 422, "must be a list of strings");
    if (!take(reader, ']')) {
        do {
            if (text.length > 0) text_add(&text, " ");
            uint32_t start = text.length;
            if (!read_string(reader, &text)) return false;
            if (text.length == start || memchr(text.bytes + start, ' ', text.length - start))
                return refuse(reader, 422, "must be words without blanks");
        } while (take(reader, ','));
        if (!take(reader, ']')) return malformed(reader);
    }
    member->text[text.length] = '\0';
    return true;
}

/* Digits as a number; false when there are none or too many. */
static bool read_digits(struct reader *reader, uint64_t *number) {
    uint32_t count = 0;
    bool leads_with_zero = reader->next < reader->end && *reader->next == '0';
    for (; reader->next < reader->end && *reader->next >= '0' && *reader->next <= '9'; count++)
        *number = *number * 10 + (uint64_t)(*reader->next++ - '0');
    if (leads_with_zero && count > 1) return malformed(reader);
    return count > 0 && count <= 12;
}

static bool read_number(struct reader *reader, const struct json_member *member) {
    static const char *const wanted = "must be a number, not negative, of at most 12 digits";
    const bool decimal = member->kind == JSON_MILLIS;
    uint64_t number = 0;
    peek(reader);
    if (!read_digits(reader, &number)) return refuse(reader, 422, wanted);
    if (decimal) {
        uint32_t unit = 1000000;
        number *= unit;
        if (take_byte(reader, '.')) {
            const char *start = reader->next;
            for (; reader->next < reader->end && *reader->next >= '0' && *reader->next <= '9';)
                number += (uint64_t)(*reader->next++ - '0') * (unit /= 10);
            if (reader->next == start) return malformed(reader);
        }
    }
    if (reader->next < reader->end && memchr(".eE", *reader->next, 3))
        return refuse(reader, 422, decimal ? wanted : "must be a whole number");
    *member->number = number;
    return true;
}

static bool read_value(struct reader *reader, const struct json_member *member) {
    if (peek(reader) == '\0') return malformed(reader);
    switch (member->kind) {
    case JSON_TEXT: return read_text(reader, member);
    case JSON_WORDS: return read_words(reader, member);
    default: return read_number(reader, member);
    }
}

static bool read_member(struct reader *reader, struct json_member *members, uint32_t count) {
    char name[LONGEST_NAME + 1];
    struct text text = {.bytes = name, .capacity = LONGEST_NAME};
    if (peek(reader) != '"' || !read_string(reader, &text) || !take(reader, ':')) return malformed(reader);
    name[text.length] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) != 0) continue;
        reader->error->member = members[i].name;
        if (members[i].given) return refuse(reader, 400, "is there twice");
        members[i].given = true;
        if (!read_value(reader, &members[i])) return false;
        reader->error->member = NULL;
        return true;
    }
    return refuse(reader, 422, "the body has a member that means nothing here");
}

bool json_read(const char *bytes, uint32_t length, struct json_member *members, uint32_t count, struct json_error *error) {
    struct reader reader = {.next = bytes, .end = bytes + length, .error = error};
    *error = (struct json_error){.status = 0};
    if (!take(&reader, '{')) return malformed(&reader);
    if (!take(&reader, '}')) {
        do
            if (!read_member(&reader, members, count)) return false;
        while (take(&reader, ','));
        if (!take(&reader, '}')) return malformed(&reader);
    }
    return peek(&reader) == '\0' && reader.next == reader.end ? true : malformed(&reader);
}
