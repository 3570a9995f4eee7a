/*
 * The shell over telnet (RFC 854): lines, the same commands as at the console. The first line is the token. Telnet's own
 * commands are skipped, and options that the other side offers or asks for are refused.
 */
#include "session.h"
#include "supervisor.h"
#include "output.h"

/* Bytes of what one command may print; more is cut off, and it says so. */
#define MAXIMUM_OUTPUT 60000u
/* Bytes looked at before what was printed is sent: about a command, so that little waits for a slow reader. */
#define PIECE 16u
/* Bytes among which the token must be: much more than clients say of options before it. What is skipped counts, too. */
#define MAXIMUM_BEFORE_TOKEN 1024u
/* Seconds without a line before the connection is ended. */
#define PATIENCE 900u

enum { WILL = 251, WONT, DO, DONT, INTERPRET_AS_COMMAND, SUBNEGOTIATION = 250, SUBNEGOTIATION_END = 240 };
/* What a session that skips a command waits for, besides an option of one of the verbs. */
enum { SKIP_NOTHING, SKIP_COMMAND, SKIP_PARAMETERS = 256, SKIP_PARAMETERS_COMMAND };

static char printed[MAXIMUM_OUTPUT];
static uint32_t printed_length;
static bool cut_off;

/* Ends lines as telnet has them, and doubles the byte that would begin a command. */
static void collect(const char *bytes, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) {
        bool doubled = bytes[i] == '\n' || (uint8_t)bytes[i] == INTERPRET_AS_COMMAND;
        if (printed_length + 2 > MAXIMUM_OUTPUT) {
            cut_off = true;
            return;
        }
        if (doubled) printed[printed_length++] = bytes[i] == '\n' ? '\r' : bytes[i];
        printed[printed_length++] = bytes[i];
    }
}

static void say(struct session *session, const char *text) { session_send(session, text, strlen(text)); }

void telnet_greet(struct session *session) { say(session, "Denali supervisor\r\ntoken: "); }

static void run(struct session *session, char *line) {
    printed_length = 0;
    cut_off = false;
    output_to(collect);
    execute(line);
    output_to(NULL);
    session_send(session, printed, printed_length);
    if (cut_off) say(session, "\r\n... cut off here; the HTTP interface has all\r\n");
}

static void take_line(struct session *session, char *line) {
    if (session->too_long) say(session, "the line is too long\r\n");
    else if (!session->authorised) {
        if (!session_is_token(line)) {
            say(session, "wrong token\r\n");
            session_finish(session);
            return;
        }
        session->authorised = true;
        say(session, "`help` lists the commands, `quit` ends the connection\r\n");
    } else if (strcmp(line, "quit") == 0 || strcmp(line, "exit") == 0) {
        session_finish(session);
        return;
    } else run(session, line);
    session->too_long = false;
    if (session->authorised) session_allow(session, PATIENCE);
    say(session, session->authorised ? "denali> " : "token: ");
}

static void refuse_option(struct session *session, uint8_t verb, uint8_t option) {
    const char answer[3] = {(char)INTERPRET_AS_COMMAND, (char)(verb == DO ? WONT : DONT), (char)option};
    if (verb == DO || verb == WILL) session_send(session, answer, sizeof answer);
}

/* True when the byte belongs to a command of telnet. */
static bool skip(struct session *session, uint8_t byte) {
    uint32_t state = session->skipping;
    if (state == SKIP_NOTHING) {
        if (byte != INTERPRET_AS_COMMAND) return false;
        session->skipping = SKIP_COMMAND;
    } else if (state == SKIP_COMMAND) {
        session->skipping = byte == SUBNEGOTIATION ? SKIP_PARAMETERS : byte > SUBNEGOTIATION ? byte : SKIP_NOTHING;
        if (byte == INTERPRET_AS_COMMAND) session->skipping = SKIP_NOTHING;
    } else if (state == SKIP_PARAMETERS) {
        if (byte == INTERPRET_AS_COMMAND) session->skipping = SKIP_PARAMETERS_COMMAND;
    } else if (state == SKIP_PARAMETERS_COMMAND) {
        session->skipping = byte == SUBNEGOTIATION_END ? SKIP_NOTHING : SKIP_PARAMETERS;
    } else {
        refuse_option(session, (uint8_t)state, byte);
        session->skipping = SKIP_NOTHING;
    }
    return true;
}

bool telnet_step(struct session *session) {
    /* The line is gathered at the start of the buffer; what comes is looked at byte by byte and joins it, or not. */
    char piece[PIECE];
    uint32_t count = session_receive(session, piece, sizeof piece);
    if (!session->authorised && (session->before_token += count) > MAXIMUM_BEFORE_TOKEN) {
        say(session, "that is no token\r\n");
        session_finish(session);
        return true;
    }
    for (uint32_t i = 0; i < count && !session->finishing && !session->over; i++) {
        if (skip(session, (uint8_t)piece[i]) || piece[i] == '\r' || piece[i] == '\0') continue;
        if (piece[i] == '\n') {
            session->buffer[session->length] = '\0';
            session->length = 0;
            take_line(session, session->buffer);
        } else if (piece[i] == 0x04) session_finish(session);
        else if (session->length < LINE_SIZE - 1) session->buffer[session->length++] = piece[i];
        else session->too_long = true;
    }
    return count > 0;
}
