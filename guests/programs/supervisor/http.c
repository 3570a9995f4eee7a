/* The head of an HTTP/1.1 request. */
#define _GNU_SOURCE /* memmem */
#include "http.h"
#include <string.h>
#include <strings.h>

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

const char *method_name(enum method method) { return method < METHOD_OTHER ? methods[method] : "?"; }

uint32_t http_head_length(const char *bytes, uint32_t length) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    return end ? (uint32_t)(end - bytes) + 4 : 0;
}

static int fail(int status, const char *reason, const char **why) {
    *why = reason;
    return status;
}

static int digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decodes the path into its segments. False when it is none. */
static bool read_path(const char *from, const char *end, struct request *request) {
    char *to = request->path;
    if (from == end || *from != '/') return false;
    while (from < end) {
        from++; /* The slash. */
        if (from == end) break;
        if (request->segment_count < MAXIMUM_SEGMENTS) request->segments[request->segment_count] = to;
        request->segment_count++;
        while (from < end && *from != '/') {
            char byte = *from++;
            if (byte == '%') {
                int high = end - from >= 2 ? digit_value(from[0]) : -1, low = high >= 0 ? digit_value(from[1]) : -1;
                if (low < 0 || (high | low) == 0) return false;
                byte = (char)(high << 4 | low);
                from += 2;
            }
            *to++ = byte;
        }
        *to++ = '\0';
    }
    return true;
}

/* Behind `http://host` of a target that proxies are sent, and servers must take (RFC 9112, section 3.2.2). */
static const char *skip_origin(const char *target, const char *end) {
    static const char scheme[] = "http://";
    size_t length = sizeof scheme - 1;
    if ((size_t)(end - target) <= length || strncasecmp(target, scheme, length) != 0) return target;
    for (target += length; target < end && *target != '/' && *target != '?'; target++) continue;
    return target;
}

static int read_request_line(const char *line, const char *end, struct request *request, const char **why) {
    const char *target = memchr(line, ' ', (size_t)(end - line));
    const char *version = target ? memchr(target + 1, ' ', (size_t)(end - target - 1)) : NULL;
    if (!version) return fail(400, "the request line is not HTTP", why);
    request->method = METHOD_OTHER;
    size_t method_length = (size_t)(target - line);
    for (uint32_t i = 0; i < METHOD_OTHER; i++)
        if (strlen(methods[i]) == method_length && memcmp(methods[i], line, method_length) == 0) request->method = i;
    if (method_length == 4 && memcmp(line, "HEAD", 4) == 0) {
        request->method = METHOD_GET;
        request->head_only = true;
    }
    target++;
    if (end - version != 9 || memcmp(version, " HTTP/", 6) != 0) return fail(400, "the request line is not HTTP", why);
    if (memcmp(version + 6, "1.1", 3) != 0 && memcmp(version + 6, "1.0", 3) != 0)
        return fail(505, "only HTTP/1.1 and 1.0 are spoken here", why);
    request->old = version[8] == '0';
    request->keeps_alive = !request->old;
    const char *path = skip_origin(target, version);
    const char *query = memchr(target, '?', (size_t)(version - target));
    const char *path_end = query ? query : version;
    if (path_end - path > (int)LONGEST_PATH || (query && version - query > (int)sizeof request->query))
        return fail(414, "the path is too long", why);
    bool is_root = path > target && path == path_end; /* `http://host` alone. */
    if (!is_root && !read_path(path, path_end, request)) return fail(400, "the path is malformed", why);
    if (query) memcpy(request->query, query + 1, (size_t)(version - query - 1));
    return 0;
}

/* Whether a field's value is this word, whatever its case. */
static bool is_word(const char *value, size_t length, const char *word) {
    return length == strlen(word) && strncasecmp(value, word, length) == 0;
}

/* Whether one of the words between commas is this one. */
static bool has_word(const char *value, size_t length, const char *word) {
    const char *end = value + length;
    while (value < end) {
        while (value < end && (*value == ' ' || *value == '\t' || *value == ',')) value++;
        const char *start = value;
        while (value < end && *value != ',') value++;
        const char *last = value;
        while (last > start && (last[-1] == ' ' || last[-1] == '\t')) last--;
        if (is_word(start, (size_t)(last - start), word)) return true;
    }
    return false;
}

static int read_length(const char *value, size_t length, struct request *request, const char **why) {
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (value[i] < '0' || value[i] > '9' || i > 15) return fail(400, "Content-Length is no length", why);
        number = number * 10 + (uint64_t)(value[i] - '0');
    }
    if (length == 0 || (request->has_length && number != request->content_length))
        return fail(400, "Content-Length is no length", why);
    request->content_length = number;
    request->has_length = true;
    return 0;
}

static int read_field(const char *name, size_t name_length, const char *value, size_t length, struct request *request,
                      const char **why) {
    static const char scheme[] = "Bearer ";
    if (is_word(name, name_length, "Content-Length")) return read_length(value, length, request, why);
    if (is_word(name, name_length, "Transfer-Encoding"))
        return fail(411, "send the body whole, with Content-Length", why);
    if (is_word(name, name_length, "Host")) request->has_host = true;
    if (is_word(name, name_length, "Connection")) {
        if (has_word(value, length, "keep-alive")) request->keeps_alive = true;
        if (has_word(value, length, "close")) request->keeps_alive = false;
    }
    if (is_word(name, name_length, "Expect")) {
        if (!is_word(value, length, "100-continue")) return fail(417, "only 100-continue can be expected", why);
        request->wants_continue = true;
    }
    if (is_word(name, name_length, "Authorization") && length > sizeof scheme - 1 &&
        strncasecmp(value, scheme, sizeof scheme - 1) == 0 && length - (sizeof scheme - 1) < sizeof request->token) {
        memset(request->token, 0, sizeof request->token);
        memcpy(request->token, value + sizeof scheme - 1, length - (sizeof scheme - 1));
    }
    return 0;
}

/* Characters of a field's name (RFC 9110, section 5.6.2). */
static bool is_token_character(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte));
}

static int read_header_line(const char *line, const char *end, struct request *request, const char **why) {
    const char *colon = line;
    while (colon < end && is_token_character(*colon)) colon++;
    if (colon == line || colon == end || *colon != ':') return fail(400, "a header field is malformed", why);
    const char *value = colon + 1;
    while (value < end && (*value == ' ' || *value == '\t')) value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return read_field(line, (size_t)(colon - line), value, (size_t)(end - value), request, why);
}

int http_read(const char *bytes, uint32_t length, struct request *request, const char **why) {
    memset(request, 0, sizeof *request);
    for (uint32_t i = 0; i < length; i++) {
        bool ends_line = bytes[i] == '\r' && bytes[i + 1] == '\n'; /* The last two bytes are a line's end. */
        if (ends_line) i++;
        else if (((uint8_t)bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 0x7f)
            return fail(400, "a control character is in the request's head", why);
    }
    const char *line = bytes, *last = bytes + length - 2;
    for (bool first = true; line < last; first = false) {
        const char *end = memmem(line, (size_t)(last + 2 - line), "\r\n", 2);
        int status = (first ? read_request_line : read_header_line)(line, end, request, why);
        if (status != 0) return status;
        line = end + 2;
    }
    if (!request->has_host && !request->old) return fail(400, "the Host field is missing", why);
    return 0;
}
