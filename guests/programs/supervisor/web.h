/* The control interface over HTTP: a request whose body has come, and the answer to it. */
#ifndef WEB_H
#define WEB_H

#include "session.h"
#include "text.h"

struct exchange {
    struct session *session;
    const struct request *request;
    const char *body;
    uint32_t body_length;
    int status;
    struct text answer;   /* A JSON value. */
    const char *location; /* Of what was created; null for none. */
};

typedef void handler(struct exchange *exchange);

struct endpoint {
    enum method method;
    const char *segments[MAXIMUM_SEGMENTS]; /* "*" for a name; null behind the last. */
    handler *run;
    enum { ENDPOINT_PLAIN, ENDPOINT_UPLOAD, ENDPOINT_LIST } kind;
};

/* resources.c, ends with an entry without a handler. */
extern const struct endpoint endpoints[];
/* Begins an upload: `exchange->session->upload`, unless it answers why not. */
void upload_begin(struct exchange *exchange);
void upload_complete(struct exchange *exchange);
/* Adds VMs behind those that were listed already, as many as fit well. False when these were the last. */
bool list_continue(struct session *session, struct text *text);

/* web.c. Makes the answer an error: one line. */
void answer_error(struct exchange *exchange, int status, const char *reason);
/* The same, with what the kernel says was wrong. */
void answer_reason(struct exchange *exchange, int status);

#endif
