/*
 * arena: a game server over UDP with twenty ticks a second, and bots that play and measure how late it answers
 *
 *     arena                          the server
 *     arena bots SERVER [COUNT]      so many players, 4 unless given; SERVER is an address
 */
#include "arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
    if (argc == 1) return run_server(ARENA_PORT);
    char *end = "";
    long count = argc > 3 ? strtol(argv[3], &end, 10) : 4;
    if (argc >= 3 && argc <= 4 && strcmp(argv[1], "bots") == 0 && *end == 0 && count > 0 && count <= MAXIMUM_PLAYERS)
        return run_bots(argv[2], ARENA_PORT, (unsigned)count);
    fprintf(stderr, "usage: arena, or arena bots SERVER [COUNT up to %d]\n", MAXIMUM_PLAYERS);
    return 2;
}
