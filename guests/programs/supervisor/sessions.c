/* Connections to the supervisor itself: beginning, sending and receiving, ending. */
#include "session.h"
#include "denali-control.h"
#include "services.h"

void *heap_allocate_zeroed(size_t size);
void *heap_resize(void *memory, size_t size);
void heap_free(void *memory);

/* Sessions at once. One more takes the place of the one that has been there longest without showing the token. */
#define MAXIMUM_SESSIONS 48u
#define TELNET_PORT 23u
#define TOKEN_SIZE 72u
/* Bytes that may wait for a client to read them, and for all of them together: more, and it is given up. */
#define MAXIMUM_UNSENT (256u * 1024)
#define MAXIMUM_UNSENT_TOGETHER (512u * 1024)
/* Seconds to show the token, and for a client that is done, and to which all has been sent, to end, too. */
#define GREETING_TIME 10u
#define FAREWELL_TIME 2u
/*
 * Steps of one session until it is the others' turn, and the network's: some clients send as fast as they are read, and guests wait
 * for their names and addresses meanwhile.
 */
#define STEPS_AT_A_TIME 32u

static struct session *sessions; /* The latest first. */
static uint32_t session_count;
static uint32_t unsent_together;

void session_allow(struct session *session, uint32_t seconds) {
    session->allowed = seconds;
    session->deadline = denali_system_time() + (session->unsent ? READING_TIME : seconds) * SECOND;
}

bool session_is_token(const char *text) {
    char token[TOKEN_SIZE] = "", given[TOKEN_SIZE] = "";
    int32_t length = denali_uplink(DENALI_UPLINK_OPERATION_TOKEN, DENALI_UPLINK_HANDLE_DEVICE, token, TOKEN_SIZE - 1);
    if (length <= 0 || strlen(text) >= TOKEN_SIZE) return false;
    memcpy(given, text, strlen(text));
    uint8_t difference = 0;
    for (uint32_t i = 0; i < TOKEN_SIZE; i++) difference |= (uint8_t)(token[i] ^ given[i]);
    return difference == 0;
}

static void forget_unsent(struct session *session) {
    heap_free(session->unsent);
    unsent_together -= session->unsent_length;
    session->unsent = NULL;
    session->unsent_length = 0;
}

/* The device lets what was sent reach a client after session_finish, and breaks the connection of every other. */
static void drop(struct session *session) {
    struct session **place = &sessions;
    while (*place != session) place = &(*place)->next;
    *place = session->next;
    session_count--;
    if (session->upload) denali_control(DENALI_CONTROL_OPERATION_ABANDON, session->upload, NULL, 0);
    denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, session->handle, NULL, 0);
    forget_unsent(session);
    heap_free(session);
}

/* ---- Bytes ---- */

/* The client has said all it had to say. It still reads, unless it has been told that it is over. */
static void end_receiving(struct session *session) {
    if (session->finishing) session->over = true;
    else if (session->telnet) session_finish(session);
    else web_cut_off(session);
}

uint32_t session_receive(struct session *session, void *bytes, uint32_t capacity) {
    int32_t length = denali_uplink(DENALI_UPLINK_OPERATION_RECEIVE, session->handle, bytes, capacity);
    if (length > 0) return (uint32_t)length;
    if (length == 0) end_receiving(session);
    else if (length != DENALI_ERROR_AGAIN) session->over = true;
    return 0;
}

bool session_fill(struct session *session) {
    uint32_t received =
        session_receive(session, session->buffer + session->length, SESSION_BUFFER - session->length);
    session->length += received;
    return received > 0;
}

void session_take(struct session *session, uint32_t count) {
    session->length -= count;
    memmove(session->buffer, session->buffer + count, session->length);
}

static void keep(struct session *session, const char *bytes, uint32_t length) {
    uint32_t all = session->unsent_length + length;
    bool fits = all <= MAXIMUM_UNSENT && unsent_together + length <= MAXIMUM_UNSENT_TOGETHER;
    char *room = fits ? heap_resize(session->unsent, all) : NULL;
    if (!room) {
        session->over = true;
        return;
    }
    memcpy(room + session->unsent_length, bytes, length);
    session->unsent = room;
    session->unsent_length = all;
    unsent_together += length;
    session_allow(session, session->allowed);
}

void session_send(struct session *session, const char *bytes, uint32_t length) {
    if (session->over || length == 0) return;
    if (session->unsent) {
        keep(session, bytes, length);
        return;
    }
    int32_t sent = denali_uplink(DENALI_UPLINK_OPERATION_SEND, session->handle, (void *)bytes, length);
    if (sent == DENALI_ERROR_AGAIN) keep(session, bytes, length);
    else if (sent < 0) session->over = true;
}

/* False while there is something that the device does not take. */
static bool flush(struct session *session) {
    if (!session->unsent) return true;
    int32_t sent =
        denali_uplink(DENALI_UPLINK_OPERATION_SEND, session->handle, session->unsent, session->unsent_length);
    if (sent == DENALI_ERROR_AGAIN) return false;
    forget_unsent(session);
    session_allow(session, session->allowed);
    session->over |= sent < 0;
    return true;
}

void session_finish(struct session *session) {
    session->finishing = true;
    session_allow(session, FAREWELL_TIME);
}

/* A client that still sends would lose the answer if the connection were closed at once. */
static bool say_farewell(struct session *session) {
    if (!session->finished) {
        denali_uplink(DENALI_UPLINK_OPERATION_FINISH, session->handle, NULL, 0);
        session_allow(session, FAREWELL_TIME);
    }
    session->finished = true;
    return session_receive(session, session->buffer, SESSION_BUFFER) > 0;
}

/* ---- Sessions ---- */

static bool step(struct session *session) {
    if (!flush(session)) return false;
    if (session->finishing) return say_farewell(session);
    bool more = session->telnet ? telnet_step(session) : web_step(session);
    return more || session->finishing;
}

/* A session's turn. True when it has not done all there is to do. */
static bool carry_on(struct session *session) {
    bool has_more = true;
    for (uint32_t steps = 0; has_more && !session->over && steps < STEPS_AT_A_TIME; steps++) has_more = step(session);
    session->has_more = has_more;
    if (!session->over) return has_more;
    drop(session);
    return false;
}

static void make_room(void) {
    struct session *oldest = NULL;
    for (struct session *each = sessions; each; each = each->next)
        if (!each->authorised) oldest = each;
    if (oldest) drop(oldest);
}

static struct session *open_session(uint32_t handle, uint32_t port) {
    if (session_count == MAXIMUM_SESSIONS) make_room();
    struct session *session =
        session_count < MAXIMUM_SESSIONS ? heap_allocate_zeroed(sizeof *session) : NULL;
    if (!session) {
        denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, handle, NULL, 0);
        return NULL;
    }
    session->handle = handle;
    session->telnet = port == TELNET_PORT;
    session->next = sessions;
    sessions = session;
    session_count++;
    session_allow(session, GREETING_TIME);
    if (session->telnet) telnet_greet(session);
    return session;
}

void control_attend(const struct denali_uplink_event *event) {
    struct session *session = sessions;
    while (session && session->handle != event->handle) session = session->next;
    if (!session && event->flags & DENALI_UPLINK_FLAG_OPENED) session = open_session(event->handle, event->port);
    if (!session) return;
    if (event->flags & DENALI_UPLINK_FLAG_CLOSED) drop(session);
    else if (!session->has_more) carry_on(session); /* Otherwise its turn comes. */
}

uint64_t control_poll(void) {
    uint64_t now = denali_system_time(), next = DENALI_FOREVER;
    for (struct session *session = sessions, *following; session; session = following) {
        following = session->next;
        if (session->deadline > now) {
            if (session->deadline < next) next = session->deadline;
            if (session->has_more && carry_on(session)) next = now;
            continue;
        }
        if (session->finishing || session->unsent) {
            drop(session);
            continue;
        }
        if (session->telnet) session_finish(session);
        else web_give_up(session);
        if (session->deadline < next) next = session->deadline;
        if (carry_on(session)) next = now;
    }
    return next;
}
