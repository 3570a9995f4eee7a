/* Responses (RFC 9112) as they come: lines are kept while they are read, bodies are only counted. */
#include "load.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void read_status_line(struct response *response) {
    const char *line = response->line;
    bool good = strncmp(line, "HTTP/1.", 7) == 0 && response->line_length >= 12;
    response->status = good ? (unsigned)atoi(line + 9) : 0;
    response->closes = !good || line[7] == '0';
    response->part = RESPONSE_FIELDS;
}

/* The value of a field, null when the line is another's. */
static const char *value_of(const char *line, const char *name, size_t length) {
    if (strncasecmp(line, name, length) != 0 || line[length] != ':') return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

#define VALUE_OF(line, name) value_of(line, name, sizeof(name) - 1)

static void read_field(struct response *response) {
    const char *value, *line = response->line;
    char first = (char)(line[0] | 0x20);
    if (first == 't' && (value = VALUE_OF(line, "transfer-encoding"))) {
        response->is_chunked = strncasecmp(value, "chunked", 7) == 0;
    } else if (first == 'c' && (value = VALUE_OF(line, "content-length"))) {
        response->is_counted = true;
        response->left = strtoull(value, NULL, 10);
    } else if (first == 'c' && (value = VALUE_OF(line, "connection"))) {
        if (strncasecmp(value, "close", 5) == 0) response->closes = true;
        if (strncasecmp(value, "keep-alive", 10) == 0) response->closes = false;
    }
}

/* What comes behind the head (RFC 9112, section 6.3). */
static void end_head(struct response *response) {
    if (response->status >= 100 && response->status < 200) {
        /* The real one follows. */
        response_expect(response);
    } else if (response->status == 204 || response->status == 304) {
        response->part = RESPONSE_WHOLE;
    } else if (response->is_chunked) {
        response->part = RESPONSE_CHUNK_SIZE;
    } else if (response->is_counted) {
        response->part = response->left > 0 ? RESPONSE_COUNTED : RESPONSE_WHOLE;
    } else {
        response->part = RESPONSE_UNTIL_END;
        response->closes = true;
    }
}

static void read_chunk_size(struct response *response) {
    char *end;
    response->left = strtoull(response->line, &end, 16);
    bool good = end != response->line && strchr("; \t", *end);
    if (!good) response->status = 0;
    response->part = !good ? RESPONSE_WHOLE : response->left > 0 ? RESPONSE_CHUNK : RESPONSE_TRAILERS;
}

static void read_line(struct response *response) {
    bool is_empty = response->line_length == 0;
    switch (response->part) {
    case RESPONSE_STATUS_LINE: read_status_line(response); break;
    case RESPONSE_FIELDS: is_empty ? end_head(response) : read_field(response); break;
    case RESPONSE_CHUNK_SIZE: read_chunk_size(response); break;
    case RESPONSE_CHUNK_END: response->part = RESPONSE_CHUNK_SIZE; break;
    default:
        if (is_empty) response->part = RESPONSE_WHOLE;
    }
    response->line_length = 0;
}

/* Takes bytes of a line, and reads it when its end has come. Answers how many they were. */
static size_t take_line(struct response *response, const char *bytes, size_t length) {
    const char *end = memchr(bytes, '\n', length);
    size_t piece = end ? (size_t)(end - bytes) : length, room = LINE_CAPACITY - 1 - response->line_length;
    size_t kept = piece < room ? piece : room;
    memcpy(response->line + response->line_length, bytes, kept);
    response->line_length += kept;
    if (!end) return piece;
    if (response->line_length > 0 && response->line[response->line_length - 1] == '\r') response->line_length--;
    response->line[response->line_length] = 0;
    read_line(response);
    return piece + 1;
}

static size_t take_counted(struct response *response, size_t length) {
    size_t taken = length < response->left ? length : (size_t)response->left;
    response->left -= taken;
    if (response->left == 0) response->part = response->part == RESPONSE_CHUNK ? RESPONSE_CHUNK_END : RESPONSE_WHOLE;
    return taken;
}

void response_expect(struct response *response) {
    response->part = RESPONSE_STATUS_LINE;
    response->status = 0;
    response->is_counted = response->is_chunked = false;
    response->line_length = 0;
}

bool response_take(struct response *response, const char *bytes, size_t length) {
    while (length > 0 && response->part != RESPONSE_WHOLE) {
        bool counted = response->part == RESPONSE_COUNTED || response->part == RESPONSE_CHUNK;
        size_t taken = response->part == RESPONSE_UNTIL_END ? length
                       : counted                            ? take_counted(response, length)
                                                            : take_line(response, bytes, length);
        bytes += taken;
        length -= taken;
    }
    return response->part == RESPONSE_WHOLE;
}
