/* states: a state machine by a table of functions, of which there are twelve: an HTTP request read byte by byte. */
#include "../../support/bench.h"
struct parser;
typedef int (*state)(struct parser *, uint8_t);

struct parser {
    uint8_t now;
    uint32_t method, path, header, value, length, headers, bodies, left;
};

enum { METHOD, PATH, VERSION, LF, NAME, COLON, VALUE, VALUE_LF, END_LF, BODY, ERROR, STATES };

static int on_method(struct parser *p, uint8_t c) {
    if (c == ' ') {
        p->path = 5381;
        return PATH;
    }
    p->method = p->method * 31 + c;
    return METHOD;
}

static int on_path(struct parser *p, uint8_t c) {
    if (c == ' ') return VERSION;
    p->path = p->path * 33 ^ c;
    return PATH;
}

static int on_version(struct parser *p, uint8_t c) {
    (void)p;
    return c == '\r' ? LF : VERSION;
}

static int on_lf(struct parser *p, uint8_t c) {
    p->header = 0;
    return c == '\n' ? NAME : ERROR;
}

static int on_name(struct parser *p, uint8_t c) {
    if (c == '\r') return END_LF;
    if (c == ':') return COLON;
    p->header = p->header * 31 + (c | 32);
    return NAME;
}

static int on_colon(struct parser *p, uint8_t c) {
    p->value = 0;
    p->length = 0;
    if (c == ' ') return COLON;
    p->value = c;
    p->length = c - '0';
    return VALUE;
}

static int on_value(struct parser *p, uint8_t c) {
    if (c == '\r') {
        p->headers++;
        return VALUE_LF;
    }
    p->value = p->value * 17 + c;
    p->length = p->length * 10 + c - '0';
    return VALUE;
}

static int on_value_lf(struct parser *p, uint8_t c) {
    p->left = p->length % 64;
    p->header = 0;
    return c == '\n' ? NAME : ERROR;
}

static int on_end_lf(struct parser *p, uint8_t c) {
    (void)c;
    return p->left ? BODY : METHOD;
}

static int on_body(struct parser *p, uint8_t c) {
    p->bodies = mix(p->bodies, c);
    return --p->left ? BODY : METHOD;
}

static int on_error(struct parser *p, uint8_t c) {
    p->bodies ^= c;
    return ERROR;
}

static const state table[STATES] = {on_method, on_path,     on_version, on_lf,   on_name, on_colon,
                                    on_value,  on_value_lf, on_end_lf,  on_body, on_error};

static NOINLINE void feed(struct parser *p, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) p->now = (uint8_t)table[p->now](p, (uint8_t)s[i]);
}

uint32_t kernel_run(void) {
    static const char request[] =
        "POST /a/long/path?with=query HTTP/1.1\r\nHost: example.org\r\nUser-Agent: bench/1.0 (none)\r\nAccept: "
        "*/*\r\nContent-Length: 37\r\n\r\nname=value&other=thing&third=whatever";
    struct parser p = {0};
    for (int i = 0; i < 700; i++) {
        feed(&p, request, 60);
        feed(&p, request + 60, sizeof request - 61);
    }
    return mix(mix(mix(p.method, p.path), p.value), p.headers + p.bodies);
}
