/* Bots: each chases the nearest other player, and measures the time from an input to the state that shows it. */
#include "arena.h"
#include "histogram.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define INPUT_MICROSECONDS (1000000 / TICKS_PER_SECOND)
#define REPORT_MICROSECONDS 1000000u

struct bot {
    uint32_t sequence, shown;
    uint64_t sent_at; /* Of the input with this sequence number. */
    int8_t right, down;
};

static struct bot bots[MAXIMUM_PLAYERS];
static struct pollfd polled[MAXIMUM_PLAYERS];
static struct histogram latencies;
static uint32_t states, missed, last_tick[MAXIMUM_PLAYERS];

static int8_t towards(int distance) { return (int8_t)(distance > 2 ? 1 : distance < -2 ? -1 : 0); }

static void chase(struct bot *bot, const struct state *state) {
    const struct player_state *me = NULL, *nearest = NULL;
    int least = 0;
    for (int i = 0; i < state->player_count; i++)
        if (state->players[i].number == state->you) me = &state->players[i];
    for (int i = 0; me && i < state->player_count; i++) {
        const struct player_state *other = &state->players[i];
        int distance = abs(other->x - me->x) + abs(other->y - me->y);
        if (other == me || (nearest && distance >= least)) continue;
        nearest = other;
        least = distance;
    }
    bot->right = nearest ? towards(nearest->x - me->x) : 0;
    bot->down = nearest ? towards(nearest->y - me->y) : 0;
}

/* Whether a datagram is a state, and holds as many players as it says. */
static bool is_state(const struct state *state, size_t length) {
    return length >= offsetof(struct state, players) && state->kind == MESSAGE_STATE &&
           state->player_count <= MAXIMUM_PLAYERS &&
           length == offsetof(struct state, players) + state->player_count * sizeof state->players[0];
}

static void take_states(unsigned index) {
    struct bot *bot = &bots[index];
    struct state state;
    ssize_t length;
    while ((length = recv(polled[index].fd, &state, sizeof state, MSG_DONTWAIT)) >= 0) {
        if (!is_state(&state, (size_t)length)) continue;
        states++;
        if (last_tick[index] && state.tick > last_tick[index] + 1) missed += state.tick - last_tick[index] - 1;
        last_tick[index] = state.tick;
        if (state.sequence == bot->sequence && bot->shown != state.sequence) {
            bot->shown = state.sequence;
            histogram_add(&latencies, (uint32_t)(microseconds() - bot->sent_at));
        }
        chase(bot, &state);
    }
}

static void send_input(unsigned index) {
    struct bot *bot = &bots[index];
    struct input input = {MESSAGE_INPUT, bot->right, bot->down, ++bot->sequence};
    bot->sent_at = microseconds();
    send(polled[index].fd, &input, sizeof input, 0);
}

static void report(void) {
    printf("%u states, %u missed, latency us p50 %u p90 %u p99 %u max %u\n", states, missed,
           histogram_percentile(&latencies, 50), histogram_percentile(&latencies, 90), histogram_percentile(&latencies, 99),
           latencies.maximum);
    fflush(stdout);
    states = missed = 0;
    latencies = (struct histogram){0};
}

int run_bots(const char *server, uint16_t port, unsigned count) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (!inet_aton(server, &address.sin_addr)) {
        fprintf(stderr, "arena: %s is no address\n", server);
        return 2;
    }
    for (unsigned i = 0; i < count; i++) {
        polled[i] = (struct pollfd){.fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN};
        if (connect(polled[i].fd, (struct sockaddr *)&address, sizeof address) != 0) {
            perror("arena");
            return 1;
        }
    }
    uint64_t next = microseconds(), next_report = next + REPORT_MICROSECONDS;
    for (;;) {
        uint64_t now = microseconds();
        if (now >= next) {
            for (unsigned i = 0; i < count; i++) send_input(i);
            next += INPUT_MICROSECONDS;
            if (next <= now) next = now + INPUT_MICROSECONDS;
        }
        if (now >= next_report) {
            report();
            next_report += REPORT_MICROSECONDS;
        }
        poll(polled, count, next > now ? (int)((next - now + 999) / 1000) : 0);
        for (unsigned i = 0; i < count; i++)
            if (polled[i].revents) take_states(i);
    }
}
