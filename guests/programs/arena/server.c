/* The server: takes inputs as they come, moves everybody once a tick, and tells everybody. */
#include "arena.h"
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define TICK_MICROSECONDS (1000000 / TICKS_PER_SECOND)
/* Ticks between two lines on the console. */
#define REPORT_TICKS (5 * TICKS_PER_SECOND)

struct player {
    bool here;
    struct sockaddr_in address;
    int x, y, score, right, down;
    uint32_t sequence, heard_at;
};

static struct player players[MAXIMUM_PLAYERS];
static uint32_t tick, tags, late;

static unsigned spread(unsigned number) { return number * 2654435761u >> 8; }

/* The player who sends from an address; a new one if there is room, else null. */
static struct player *player_at(const struct sockaddr_in *address) {
    struct player *unused = NULL;
    for (struct player *player = players; player < players + MAXIMUM_PLAYERS; player++) {
        if (!player->here) unused = unused ? unused : player;
        else if (player->address.sin_addr.s_addr == address->sin_addr.s_addr &&
                 player->address.sin_port == address->sin_port)
            return player;
    }
    if (!unused) return NULL;
    unsigned number = (unsigned)(unused - players);
    *unused = (struct player){.here = true, .address = *address};
    unused->x = (int)(spread(number + tick) % ARENA_SIZE);
    unused->y = (int)(spread(number * 7 + tick + 1) % ARENA_SIZE);
    printf("player %u has joined\n", number);
    fflush(stdout);
    return unused;
}

static void take_inputs(int descriptor) {
    struct input input;
    struct sockaddr_in from;
    for (;;) {
        socklen_t size = sizeof from;
        ssize_t length = recvfrom(descriptor, &input, sizeof input, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
        if (length < 0) return;
        if (length != sizeof input || input.kind != MESSAGE_INPUT) continue;
        struct player *player = player_at(&from);
        if (!player || (int32_t)(input.sequence - player->sequence) < 0) continue;
        player->right = input.right > 0 ? 1 : input.right < 0 ? -1 : 0;
        player->down = input.down > 0 ? 1 : input.down < 0 ? -1 : 0;
        player->sequence = input.sequence;
        player->heard_at = tick;
    }
}

static int inside(int position) { return position < 0 ? 0 : position >= ARENA_SIZE ? ARENA_SIZE - 1 : position; }

static void tag_neighbours(struct player *mover) {
    for (struct player *other = players; other < players + MAXIMUM_PLAYERS; other++) {
        int right = other->x - mover->x, down = other->y - mover->y;
        if (!other->here || other == mover || right * right + down * down > TAG_DISTANCE * TAG_DISTANCE) continue;
        mover->score++;
        other->score--;
        tags++;
        other->x = (int)(spread(tick + (unsigned)other->x) % ARENA_SIZE);
    }
}

static void move_players(void) {
    for (struct player *player = players; player < players + MAXIMUM_PLAYERS; player++) {
        if (!player->here) continue;
        if (tick - player->heard_at > SILENT_TICKS) {
            player->here = false;
            printf("player %d has gone\n", (int)(player - players));
            continue;
        }
        player->x = inside(player->x + player->right * SPEED);
        player->y = inside(player->y + player->down * SPEED);
        tag_neighbours(player);
    }
}

static void send_states(int descriptor) {
    struct state state = {.kind = MESSAGE_STATE, .tick = tick};
    for (int i = 0; i < MAXIMUM_PLAYERS; i++) {
        const struct player *player = &players[i];
        if (!player->here) continue;
        state.players[state.player_count++] = (struct player_state){
            .x = (uint16_t)player->x, .y = (uint16_t)player->y, .score = (int16_t)player->score, .number = (uint8_t)i};
    }
    size_t length = (size_t)((char *)&state.players[state.player_count] - (char *)&state);
    for (int i = 0; i < MAXIMUM_PLAYERS; i++) {
        if (!players[i].here) continue;
        state.you = (uint8_t)i;
        state.sequence = players[i].sequence;
        sendto(descriptor, &state, length, 0, (struct sockaddr *)&players[i].address, sizeof players[i].address);
    }
}

static void report(void) {
    unsigned count = 0;
    for (int i = 0; i < MAXIMUM_PLAYERS; i++) count += players[i].here;
    if (count == 0) return;
    printf("tick %u: %u players, %u tags, %u ticks late\n", tick, count, tags, late);
    fflush(stdout);
}

/* Whether anybody plays. An empty arena has no ticks, and its VM idles. */
static bool anybody(void) {
    for (int i = 0; i < MAXIMUM_PLAYERS; i++)
        if (players[i].here) return true;
    return false;
}

int run_server(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("arena");
        return 1;
    }
    printf("the arena is open on port %u\n", port);
    fflush(stdout);
    struct pollfd polled = {.fd = descriptor, .events = POLLIN};
    for (uint64_t next = microseconds();;) {
        if (!anybody()) {
            poll(&polled, 1, -1);
            next = microseconds() + TICK_MICROSECONDS;
        }
        uint64_t now = microseconds();
        if (now < next) poll(&polled, 1, (int)((next - now + 999) / 1000));
        take_inputs(descriptor);
        now = microseconds();
        if (now < next) continue;
        if (now >= next + TICK_MICROSECONDS) late++;
        tick++;
        move_players();
        send_states(descriptor);
        if (tick % REPORT_TICKS == 0) report();
        next = next + TICK_MICROSECONDS > now ? next + TICK_MICROSECONDS : now + TICK_MICROSECONDS;
    }
}
