/*
 * Reads a JSON object (RFC 8259) of known members: strings, numbers, lists of strings. A request has nothing else, and what it
 * has besides is refused.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>

enum json_kind {
    JSON_TEXT,   /* Into `text`, of `size` bytes with its NUL. */
    JSON_WORDS,  /* A list of strings without blanks, into `text` with blanks between them. */
    JSON_NUMBER, /* A whole number, not negative. */
    JSON_MILLIS, /* A decimal number, not negative, times a million: milliseconds as nanoseconds. */
};

struct json_member {
    const char *name;
    enum json_kind kind;
    char *text;
    uint32_t size;
    uint64_t *number;
    bool given;
};

/* Why an object was refused. */
struct json_error {
    int status; /* Of HTTP: 400 where it is no JSON, 422 where it is not what is wanted. */
    const char *reason;
    const char *member; /* Which one, or null. */
};

/* Reads the whole text. False, and why, when anything in it is not right. */
bool json_read(const char *bytes, uint32_t length, struct json_member *members, uint32_t count, struct json_error *error);

#endif
