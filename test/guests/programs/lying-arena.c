/*
 * A game server that lies to its players: every input is answered by states that claim more players than they hold, or are cut short, and
 * once a second by a true one.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#define HEAD 12
#define INPUTS_PER_SECOND 20

static void send_state(int descriptor, const struct sockaddr_in *player, unsigned claimed, size_t length) {
    uint8_t state[600] = {0x53, 0x54, 0, (uint8_t)claimed};
    sendto(descriptor, state, length, 0, (const struct sockaddr *)player, sizeof *player);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(27910)}, player;
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return 1;
    for (unsigned inputs = 0;; inputs++) {
        char input[64];
        socklen_t size = sizeof player;
        if (recvfrom(descriptor, input, sizeof input, 0, (struct sockaddr *)&player, &size) < 0) return 1;
        send_state(descriptor, &player, 255, HEAD + 8);
        send_state(descriptor, &player, 65, HEAD + 65 * 8);
        send_state(descriptor, &player, 2, HEAD + 8);
        send_state(descriptor, &player, 1, HEAD + 12);
        send_state(descriptor, &player, 0, HEAD - 1);
        send_state(descriptor, &player, 0, 2);
        send_state(descriptor, &player, 0, 0);
        if (inputs % INPUTS_PER_SECOND == 0) send_state(descriptor, &player, 1, HEAD + 8);
    }
}
