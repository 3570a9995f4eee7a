/*
 * Requests (RFC 9112): the head is read, and of its fields what they say of the connection and of a body. No method here has any
 * use for a body: a connection on which one comes ends with the answer, so that nothing in it is taken for a request.
 */
#include "httpd.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Documents of /bytes/N are this over and over; none is larger than the limit. */
#define PATTERN_LENGTH 16384
#define LARGEST_DOCUMENT (64u << 20)

static const char *pattern(void) {
    static char bytes[PATTERN_LENGTH];
    if (!bytes[0])
        for (size_t i = 0; i < PATTERN_LENGTH; i++) bytes[i] = i % 64 == 63 ? '\n' : (char)('0' + i % 10);
    return bytes;
}

static void set_text(struct body *body, const char *text, size_t length) { *body = (struct body){text, length, length}; }

static bool find_document(const char *digits, struct body *body) {
    char *end;
    unsigned long length = strtoul(digits, &end, 10);
    if (*end || end == digits || length > LARGEST_DOCUMENT) return false;
    *body = (struct body){pattern(), length, PATTERN_LENGTH};
    return true;
}

/* Finds what a path stands for. Answers the status line's number and words. */
static const char *find(struct connection *connection, const char *path, const char **type) {
    *type = "text/plain";
    bool json = strcmp(path, "/status.json") == 0;
    if (json || strcmp(path, "/status") == 0) {
        size_t length;
        connection->own = status_page(json, &length);
        *type = json ? "application/json" : "text/html; charset=utf-8";
        if (connection->own) return set_text(&connection->body, connection->own, length), "200 OK";
        *type = "text/plain";
        set_text(&connection->body, "there is no memory left for this\n", 33);
        return "503 Service Unavailable";
    }
    if (strncmp(path, "/bytes/", 7) == 0 && find_document(path + 7, &connection->body)) return "200 OK";
    if (page_find(path, &connection->body, type)) return "200 OK";
    counters.not_found++;
    set_text(&connection->body, "there is no such page here\n", 27);
    return "404 Not Found";
}

static void answer(struct connection *connection, const char *status, const char *type, bool head_only) {
    connection->head_length = (size_t)snprintf(connection->head, HEAD_CAPACITY,
                                               "HTTP/1.1 %s\r\nServer: denali-httpd\r\nContent-Type: %s\r\n"
                                               "Content-Length: %zu\r\nConnection: %s\r\n\r\n",
                                               status, type, connection->body.length,
                                               connection->keep ? "keep-alive" : "close");
    if (head_only) connection->body.length = 0;
    connection->sent = 0;
    connection->answering = true;
}

static void refuse(struct connection *connection, const char *status) {
    counters.refused++;
    connection->keep = false;
    connection->unread = true;
    connection->received = 0;
    set_text(&connection->body, "this server cannot do that\n", 27);
    answer(connection, status, "text/plain", false);
}

/* Whether the connection stays, by the version's default and the fields, and whether a body follows. */
static void read_fields(struct connection *connection, const char *head, bool stays_by_default) {
    connection->keep = stays_by_default;
    for (const char *line = head; (line = strchr(line, '\n'));) {
        char first = (char)(*++line | 0x20);
        if (first != 'c' && first != 't') continue;
        if (strncasecmp(line, "connection:", 11) == 0) {
            const char *value = line + 11 + strspn(line + 11, " \t");
            if (strncasecmp(value, "close", 5) == 0) connection->keep = false;
            if (strncasecmp(value, "keep-alive", 10) == 0) connection->keep = true;
        } else if (strncasecmp(line, "content-length:", 15) == 0) {
            connection->unread |= strtoul(line + 15, NULL, 10) != 0;
        } else if (strncasecmp(line, "transfer-encoding:", 18) == 0) {
            connection->unread = true;
        }
    }
    connection->keep &= !connection->unread;
}

bool request_take(struct connection *connection) {
    char *head = connection->request;
    head[connection->received] = 0;
    char *end = strstr(head, "\r\n\r\n");
    if (!end) {
        if (connection->received < REQUEST_CAPACITY - 1) return false;
        refuse(connection, "431 Request Header Fields Too Large");
        return true;
    }
    *end = 0;
    counters.requests++;
    char method[8], path[256], version[16];
    bool good = sscanf(head, "%7s %255s %15s", method, path, version) == 3 && strncmp(version, "HTTP/1.", 7) == 0;
    bool head_only = good && strcmp(method, "HEAD") == 0;
    if (!good || (!head_only && strcmp(method, "GET") != 0)) {
        refuse(connection, good ? "501 Not Implemented" : "400 Bad Request");
        return true;
    }
    read_fields(connection, head, version[7] != '0');
    path[strcspn(path, "?#")] = 0;
    const char *type, *status = find(connection, path, &type);
    answer(connection, status, type, head_only);
    size_t used = (size_t)(end + 4 - head);
    connection->received -= used;
    memmove(head, head + used, connection->received);
    return true;
}
