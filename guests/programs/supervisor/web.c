/*
 * HTTP on a session: a head is read whole; if it is one, the token is looked at before what it asks for; then the body comes, and
 * the answer goes out in one piece. Of images and of the list of VMs a piece at a time is carried.
 */
#include "web.h"
#include "denali-control.h"

/* Seconds for a request's head, for its body, and for an image. */
#define HEAD_TIME 10u
#define BODY_TIME 10u
#define IMAGE_TIME 60u

/* Empty lines before a request. */
#define MAXIMUM_EMPTY_LINES 8u

#define HEAD_ROOM 512u
#define ANSWER_ROOM 60000u

/* Of the request that is answered: a head, written last, right before the body, and a line's end. And a piece of an image on its way. */
static char room[HEAD_ROOM + ANSWER_ROOM + 1];

static const char *reason_phrase(int status) {
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {{200, "OK"},
                   {201, "Created"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {408, "Request Timeout"},
                   {409, "Conflict"},
                   {411, "Length Required"},
                   {413, "Content Too Large"},
                   {414, "URI Too Long"},
                   {417, "Expectation Failed"},
                   {422, "Unprocessable Content"},
                   {431, "Request Header Fields Too Large"},
                   {505, "HTTP Version Not Supported"},
                   {507, "Insufficient Storage"}};
    for (uint32_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status) return phrases[i].phrase;
    return "Error";
}

/* ---- Answers ---- */

static struct exchange begin(struct session *session) {
    return (struct exchange){.session = session,
                             .request = &session->request,
                             .status = 200,
                             .answer = {.bytes = room + HEAD_ROOM, .capacity = ANSWER_ROOM}};
}

void answer_error(struct exchange *exchange, int status, const char *reason) {
    exchange->status = status;
    exchange->answer.length = 0;
    exchange->answer.full = false;
    text_add(&exchange->answer, "{");
    text_member(&exchange->answer, "error", reason);
    text_add(&exchange->answer, "}");
}

void answer_reason(struct exchange *exchange, int status) {
    char reason[256] = "";
    denali_control(DENALI_CONTROL_OPERATION_REASON, DENALI_CONTROL_HANDLE_MACHINE, reason, sizeof reason - 1);
    answer_error(exchange, status, reason);
}

/* The methods that a path has, for who asked for another. */
static void add_allowed(struct text *head, const struct request *request);

static void write_head(struct exchange *exchange, struct text *head, bool in_chunks) {
    const struct request *request = exchange->request;
    text_add(head, "HTTP/1.1 ");
    text_number(head, (uint64_t)exchange->status);
    text_add(head, " ");
    text_add(head, reason_phrase(exchange->status));
    text_add(head, "\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n");
    if (exchange->status == 401) text_add(head, "WWW-Authenticate: Bearer\r\n");
    if (exchange->status == 405) add_allowed(head, request);
    if (exchange->location) {
        text_add(head, "Location: ");
        text_add(head, exchange->location);
        text_add(head, "\r\n");
    }
    if (!request->keeps_alive) text_add(head, "Connection: close\r\n");
    else if (request->old) text_add(head, "Connection: keep-alive\r\n");
    if (in_chunks) text_add(head, "Transfer-Encoding: chunked\r\n");
    else if (exchange->answer.bytes) {
        text_add(head, "Content-Length: ");
        text_number(head, exchange->answer.length + 1);
        text_add(head, "\r\n");
    }
    text_add(head, "\r\n");
}

/* The request is done with: the next may come, or nothing. */
static void next_request(struct session *session) {
    session->stage = STAGE_HEAD;
    session_allow(session, HEAD_TIME);
    if (!session->request.keeps_alive) session_finish(session);
}

static void send_answer(struct exchange *exchange) {
    char bytes[HEAD_ROOM];
    struct text head = {.bytes = bytes, .capacity = HEAD_ROOM};
    if (exchange->answer.full) answer_error(exchange, 507, "the answer does not fit");
    write_head(exchange, &head, false);
    memcpy(room + HEAD_ROOM - head.length, bytes, head.length);
    room[HEAD_ROOM + exchange->answer.length] = '\n';
    uint32_t body = exchange->request->head_only ? 0 : exchange->answer.length + 1;
    session_send(exchange->session, room + HEAD_ROOM - head.length, head.length + body);
    next_request(exchange->session);
}

/* Refuses a request whose body, if there is one, was not read: what follows on the connection would be taken for a request. */
static bool refuse(struct session *session, int status, const char *reason) {
    struct exchange exchange = begin(session);
    session->request.keeps_alive &= session->request.content_length == 0 && status != 400;
    answer_error(&exchange, status, reason);
    send_answer(&exchange);
    return true;
}

/* Between two requests, where an empty line may have come, or a part of it, nothing is owed. */
static bool is_between_requests(const struct session *session) {
    if (session->stage != STAGE_HEAD) return false;
    for (uint32_t i = 0; i < session->length; i++)
        if (session->buffer[i] != '\r' && session->buffer[i] != '\n') return false;
    return true;
}

/* The request will never be whole. What was answered before it has been asked for in full, and arrives. */
static void give_up(struct session *session, int status, const char *reason) {
    if (is_between_requests(session)) {
        session_finish(session);
        return;
    }
    /* Of a head that is not whole nothing is known, and nothing of the request before it matters. */
    if (session->stage == STAGE_HEAD) memset(&session->request, 0, sizeof session->request);
    session->request.keeps_alive = false;
    if (session->upload) denali_control(DENALI_CONTROL_OPERATION_ABANDON, session->upload, NULL, 0);
    session->upload = 0;
    refuse(session, status, reason);
}

void web_give_up(struct session *session) {
    if (session->stage == STAGE_LIST) session->over = true;
    else give_up(session, 408, "the request did not come in time");
}

void web_cut_off(struct session *session) { give_up(session, 400, "the request is cut off: its end did not come"); }

/* ---- Endpoints ---- */

static bool matches(const struct endpoint *endpoint, const struct request *request) {
    for (uint32_t i = 0; i < MAXIMUM_SEGMENTS; i++) {
        const char *wanted = endpoint->segments[i];
        if (!wanted || i >= request->segment_count) return !wanted && i == request->segment_count;
        if (strcmp(wanted, "*") != 0 && strcmp(wanted, request->segments[i]) != 0) return false;
    }
    return request->segment_count == MAXIMUM_SEGMENTS;
}

static void add_allowed(struct text *head, const struct request *request) {
    const char *separator = "Allow: ";
    for (const struct endpoint *each = endpoints; each->run; each++) {
        if (!matches(each, request)) continue;
        text_add(head, separator);
        text_add(head, method_name(each->method));
        if (each->method == METHOD_GET) text_add(head, ", HEAD");
        separator = ", ";
    }
    text_add(head, "\r\n");
}

static const struct endpoint *find_endpoint(const struct request *request, int *status) {
    *status = 404;
    for (const struct endpoint *each = endpoints; each->run; each++) {
        if (!matches(each, request)) continue;
        if (each->method == request->method) return each;
        *status = 405;
    }
    return NULL;
}

/* ---- Stages ---- */

static void begin_list(struct session *session) {
    char bytes[HEAD_ROOM];
    struct text head = {.bytes = bytes, .capacity = HEAD_ROOM};
    struct exchange exchange = {.request = &session->request, .status = 200};
    if (session->request.old) session->request.keeps_alive = false; /* The end of the connection is that of the list. */
    write_head(&exchange, &head, !session->request.old);
    session_send(session, bytes, head.length);
    if (session->request.head_only) {
        next_request(session);
        return;
    }
    session->last_listed = 0;
    session->stage = STAGE_LIST;
    session_allow(session, READING_TIME);
}

static bool begin_body(struct session *session, const struct endpoint *endpoint) {
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct exchange exchange = begin(session);
    if (endpoint->kind == ENDPOINT_UPLOAD) {
        if (!session->request.has_length) return refuse(session, 411, "send Content-Length");
        upload_begin(&exchange);
        if (exchange.status != 200) {
            session->request.keeps_alive &= session->request.content_length == 0;
            send_answer(&exchange);
            return true;
        }
        session->missing = session->request.content_length;
    } else if (session->request.content_length > SESSION_BUFFER) return refuse(session, 413, "the body is too large");
    session->stage = endpoint->kind == ENDPOINT_UPLOAD ? STAGE_UPLOAD : STAGE_BODY;
    session_allow(session, session->stage == STAGE_UPLOAD ? IMAGE_TIME : BODY_TIME);
    if (session->request.wants_continue && session->length == 0) session_send(session, go_on, sizeof go_on - 1);
    return true;
}

/*
 * An empty line before a request is one of the last request's body, from clients that end it so (RFC 9112, section 2.2). False when
 * there are more of them than any client has a reason for.
 */
static bool skip_empty_lines(struct session *session) {
    uint32_t end = 0;
    while (end + 2 <= session->length && memcmp(session->buffer + end, "\r\n", 2) == 0) end += 2;
    session->empty_lines += end / 2;
    if (end > 0) session_take(session, end);
    return session->empty_lines <= MAXIMUM_EMPTY_LINES;
}

static bool read_head(struct session *session) {
    const char *why = "";
    if (!skip_empty_lines(session)) {
        memset(&session->request, 0, sizeof session->request);
        return refuse(session, 400, "there are empty lines and no request");
    }
    uint32_t length = http_head_length(session->buffer, session->length);
    if (length == 0 && session->length < SESSION_BUFFER) return session_fill(session);
    int status = length > 0 ? http_read(session->buffer, length, &session->request, &why) : 431;
    if (status == 431) memset(&session->request, 0, sizeof session->request);
    if (status != 0) {
        session->request.keeps_alive = false;
        return refuse(session, status, status == 431 ? "the request's head is too large" : why);
    }
    session_take(session, length);
    session->empty_lines = 0;
    if (!session_is_token(session->request.token))
        return refuse(session, 401, "show the token that denali printed: Authorization: Bearer TOKEN");
    session->authorised = true;
    const struct endpoint *endpoint = find_endpoint(&session->request, &status);
    if (!endpoint)
        return refuse(session, status, status == 404 ? "there is nothing at this path" : "not with this method");
    if (endpoint->kind == ENDPOINT_LIST && session->request.content_length == 0) {
        begin_list(session);
        return true;
    }
    return begin_body(session, endpoint);
}

static bool read_body(struct session *session) {
    uint32_t length = (uint32_t)session->request.content_length;
    int status;
    if (session->length < length) return session_fill(session);
    const struct endpoint *endpoint = find_endpoint(&session->request, &status);
    struct exchange exchange = begin(session);
    exchange.body = session->buffer;
    exchange.body_length = length;
    endpoint->run(&exchange);
    session_take(session, length);
    send_answer(&exchange);
    return true;
}

static void append(struct session *session, const char *bytes, uint32_t length) {
    denali_control(DENALI_CONTROL_OPERATION_APPEND, session->upload, (void *)bytes, length);
    session->missing -= length;
}

static bool read_image(struct session *session) {
    uint32_t here = session->length < session->missing ? session->length : (uint32_t)session->missing;
    append(session, session->buffer, here);
    session_take(session, here);
    if (session->missing > 0) {
        uint32_t wanted = session->missing < sizeof room ? (uint32_t)session->missing : sizeof room;
        uint32_t came = session_receive(session, room, wanted);
        if (came == 0) return false; /* Not now; or never, and the upload has been given up. */
        append(session, room, came);
        return true;
    }
    struct exchange exchange = begin(session);
    upload_complete(&exchange);
    send_answer(&exchange);
    return true;
}

/* A chunk (RFC 9112, section 7.1): its size in hexadecimal digits, of fixed number, since it is known last. */
static bool send_list(struct session *session) {
    struct text text = {.bytes = room + 8, .capacity = ANSWER_ROOM};
    session_allow(session, READING_TIME);
    bool more = list_continue(session, &text);
    if (session->request.old) session_send(session, text.bytes, text.length);
    else {
        for (int i = 0; i < 6; i++) room[i] = "0123456789abcdef"[text.length >> (20 - 4 * i) & 15];
        memcpy(room + 6, "\r\n", 2);
        memcpy(text.bytes + text.length, "\r\n", 2);
        session_send(session, room, 8 + text.length + 2);
        if (!more) session_send(session, "0\r\n\r\n", 5);
    }
    if (!more) next_request(session);
    return true;
}

bool web_step(struct session *session) {
    switch (session->stage) {
    case STAGE_HEAD: return read_head(session);
    case STAGE_BODY: return read_body(session);
    case STAGE_UPLOAD: return read_image(session);
    default: return send_list(session);
    }
}
