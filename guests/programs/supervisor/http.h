/* The head of an HTTP/1.1 request (RFC 9112), read strictly: what is not as it should be has a status to answer with. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdint.h>

/* Segments of a path that any resource here has. */
#define MAXIMUM_SEGMENTS 4u
#define LONGEST_PATH 255u

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OTHER };

struct request {
    enum method method;
    /* The path between its slashes, decoded, each NUL-terminated. All are counted, those that fit are there. */
    uint32_t segment_count;
    const char *segments[MAXIMUM_SEGMENTS];
    char path[LONGEST_PATH + 1];
    char query[64];
    char token[72]; /* Of `Authorization: Bearer TOKEN`; empty without. */
    uint64_t content_length;
    bool head_only; /* HEAD: the method is GET, and the answer has no body. */
    bool has_length;
    bool has_host;
    bool old;             /* HTTP/1.0, which knows no chunks. */
    bool keeps_alive;     /* Another request may follow. */
    bool wants_continue;  /* The body comes when it is asked for. */
};

const char *method_name(enum method method);
/* Bytes of the head at the start of the buffer, its blank line included; 0 while it is not all there. */
uint32_t http_head_length(const char *bytes, uint32_t length);
/* Reads a head. Answers 0, or the status that says what is wrong with it, and why. */
int http_read(const char *bytes, uint32_t length, struct request *request, const char **why);

#endif
