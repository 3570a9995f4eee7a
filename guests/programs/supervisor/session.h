/*
 * Connections to the supervisor itself: its control interface, HTTP (web.c) and telnet (telnet.c). Each is a session of bounded
 * size, of which there is a bounded number, and what all of them together keep for clients that read slowly is bounded, too. They
 * use the uplink device's connections and nothing of lwIP, so that they take no buffer of those that are carried for others.
 */
#ifndef SESSION_H
#define SESSION_H

#include "http.h"
#include "runtime.h"

/* Largest head of a request, and largest body other than an image. */
#define SESSION_BUFFER 4096u
/* Seconds for a client to read what the device did not take. */
#define READING_TIME 60u

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_UPLOAD, STAGE_LIST };

struct session {
    struct session *next;
    uint32_t handle; /* Of the uplink device. */
    bool telnet;
    bool authorised; /* Has shown the token. */
    bool finishing;  /* Nothing more will be sent. */
    bool finished;   /* The device knows it. */
    bool over;       /* To be dropped. */
    uint64_t deadline;
    uint32_t allowed; /* Seconds that it has for what it does, once nothing is unsent. */
    bool has_more;    /* Its turn was over before there was nothing more to do. */
    char *unsent; /* What the device did not take yet; null for nothing. */
    uint32_t unsent_length;
    /* Received and not looked at. */
    uint32_t length;
    char buffer[SESSION_BUFFER];
    /* Of HTTP. */
    enum stage stage;
    uint32_t empty_lines; /* Before the request that is to come. */
    struct request request;
    uint32_t upload;      /* Handle of the control device; 0 for none. */
    uint64_t missing;     /* Bytes of the image that have not come. */
    uint32_t last_listed; /* Handle of the VM that was listed last, 0 before the first. */
    /* Of telnet. */
    uint32_t skipping; /* State of a telnet command that is skipped. */
    bool too_long;
    uint32_t before_token; /* Bytes that came while no token was shown. */
};

/* sessions.c. Receives into the buffer. False when nothing came. */
bool session_fill(struct session *session);
/* Receives up to so many bytes elsewhere: how many came, 0 when none are there now. */
uint32_t session_receive(struct session *session, void *bytes, uint32_t capacity);
/* Drops bytes at the start of the buffer. */
void session_take(struct session *session, uint32_t count);
void session_send(struct session *session, const char *bytes, uint32_t length);
/* Nothing more will be sent; ends when the client has ended, too, or had the time to. What was sent reaches it. */
void session_finish(struct session *session);
/* From now on the client has so many seconds, and while something is unsent the time to read it. */
void session_allow(struct session *session, uint32_t seconds);
/* Whether this is the token; takes as long whatever it is. False when there is none. */
bool session_is_token(const char *text);

/* web.c, telnet.c. Carries on; true when there may be more to do. */
bool web_step(struct session *session);
bool telnet_step(struct session *session);
void telnet_greet(struct session *session);
/* The client took too long, or has ended: it is told so where it was in the middle of a request. */
void web_give_up(struct session *session);
void web_cut_off(struct session *session);

#endif
