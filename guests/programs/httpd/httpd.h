/* What the parts of httpd share: connections, pages, and what is counted. */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a request's head; a longer one is refused. */
#define REQUEST_CAPACITY 2048
/* Bytes of a response's head, and of a status page. */
#define HEAD_CAPACITY 256
#define STATUS_CAPACITY 2048
/* Connections at once. Others wait in the listening socket's backlog. */
#define MAXIMUM_CONNECTIONS 256
/* Seconds without a whole request after which a connection gives way when others wait. */
#define PATIENCE 5
/* Seconds in which a client takes nothing of its answer, after which it gives way. Longer: its network, or memory here, may be short. */
#define READER_PATIENCE 30
/* Seconds in which a client reads an answer for which not all of its request was read. */
#define FAREWELL 5

/* What is sent behind the head: bytes, or the beginning of them over and over. */
struct body {
    const char *bytes;
    size_t length;
    size_t period; /* `bytes` holds this many, and they repeat. */
};

struct connection {
    int descriptor;
    char request[REQUEST_CAPACITY];
    size_t received;
    char head[HEAD_CAPACITY];
    size_t head_length;
    struct body body;
    size_t sent; /* Of head and body together. */
    uint64_t progress_at; /* Seconds since boot at which a request was whole, or bytes of an answer were taken. */
    bool answering;
    bool keep;    /* Further requests may follow. */
    bool unread;  /* More comes of the request than its head, and nobody wants it. */
    bool leaving; /* All is said. Closing at once would reset the connection for what is unread, and the answer be lost. */
    char *own; /* A body made for this response, freed behind it. */
};

struct counters {
    uint64_t started; /* Seconds since boot at which the server started. */
    uint32_t requests, not_found, refused, connections, open;
    uint64_t bytes_sent;
};

extern struct counters counters;

/* request.c: if the head of a request is complete, prepares the response and takes the request out of the buffer. */
bool request_take(struct connection *connection);
/* pages.c: the page of a path, or false. */
bool page_find(const char *path, struct body *body, const char **type);
/* status.c: the status page as HTML, or as JSON; the caller frees it. Null when there is no memory. */
char *status_page(bool json, size_t *length);

#endif
