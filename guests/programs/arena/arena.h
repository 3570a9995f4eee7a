/* The game's messages and rules, for its server and its bots. Messages are UDP datagrams; numbers are little-endian. */
#ifndef ARENA_H
#define ARENA_H

#include <stdint.h>

#define ARENA_PORT 27910
#define TICKS_PER_SECOND 20
#define MAXIMUM_PLAYERS 64
/* The arena's width and height, and how far a player moves in a tick. */
#define ARENA_SIZE 1000
#define SPEED 8
/* Closer than this, the player that was there longer is tagged and loses a point to the other. */
#define TAG_DISTANCE 12
/* A player that was silent for so many ticks is gone. */
#define SILENT_TICKS (5 * TICKS_PER_SECOND)

#define MESSAGE_INPUT 0x4e49 /* "IN" */
#define MESSAGE_STATE 0x5453 /* "ST" */

/* A player's wish, which is also how one joins. */
struct input {
    uint16_t kind;
    int8_t right, down; /* -1, 0 or 1. */
    uint32_t sequence;  /* Counts the inputs; the next state shows the last one it was made with. */
};

struct player_state {
    uint16_t x, y;
    int16_t score;
    uint8_t number, unused;
};

/* What everybody gets once a tick. */
struct state {
    uint16_t kind;
    uint8_t you; /* The receiver's number. */
    uint8_t player_count;
    uint32_t tick;
    uint32_t sequence; /* Of the receiver's last input. */
    struct player_state players[MAXIMUM_PLAYERS];
};

/* server.c and bots.c. They do not return. */
int run_server(uint16_t port);
int run_bots(const char *server, uint16_t port, unsigned count);

/* Microseconds since boot. */
uint64_t microseconds(void);

#endif
