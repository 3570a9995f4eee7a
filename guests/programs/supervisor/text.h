/* Text put together in a buffer of fixed size, JSON (RFC 8259) most of all. What does not fit is left out, and `full` says so. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct text {
    char *bytes;
    uint32_t capacity, length;
    bool full;
};

void text_put(struct text *text, const char *bytes, uint32_t length);
void text_add(struct text *text, const char *string);
void text_number(struct text *text, uint64_t number);
/* Nanoseconds as a decimal number of larger units, each of so many nanoseconds: a power of ten. */
void text_decimal(struct text *text, uint64_t nanoseconds, uint32_t unit);
/* A JSON string; what is not UTF-8 becomes U+FFFD, and what a terminal would not show, but obey, is escaped. */
void text_quote(struct text *text, const char *bytes, uint32_t length);

/* A member's name, and a comma before it unless it is the first. */
void text_key(struct text *text, const char *key);
void text_member(struct text *text, const char *key, const char *string);
void text_member_number(struct text *text, const char *key, uint64_t number);

/* Bytes of the UTF-8 character (RFC 3629) that starts here; 0 for none, -1 when the end cuts off what may become one. */
int32_t character_length(const char *bytes, uint32_t length);
/* Whether a terminal shows something for this UTF-8 character. Controls, those of two bytes too, and what turns text around do more. */
bool is_visible(const char *bytes, uint32_t size);

#endif
