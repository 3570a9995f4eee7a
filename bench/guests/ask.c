/*
 * ask: finds a pong by broadcast and sends it a request every so often, as ping does, but prints nothing.
 *
 * ask MILLISECONDS: the period.
 */
#include "../../guests/apps/pingpong.h"

DENALI_MEMORY(128 * 1024);

static union {
    struct pingpong_frame frame;
    uint8_t bytes[DENALI_MAXIMUM_FRAME_SIZE];
} received;

static void send(enum message message, const uint8_t *destination, uint32_t sequence) {
    struct pingpong_frame frame = {.message = (uint8_t)message, .sequence = sequence};
    ethernet_fill(&frame.header, destination, ETHERTYPE_EXPERIMENT);
    ethernet_send(&frame, sizeof frame);
}

/* Takes what has come until the deadline; an answer's sender is the pong. */
static void receive_until(uint64_t deadline, uint8_t *pong, bool *found) {
    for (;;) {
        int32_t length;
        while ((length = denali_packet_receive(received.bytes, sizeof received.bytes)) > 0)
            if (is_pingpong(&received.frame, length) && !*found) {
                memcpy(pong, received.frame.header.source, ETHERNET_ADDRESS_SIZE);
                *found = true;
            }
        uint64_t now = denali_system_time();
        if (now >= deadline) return;
        denali_idle(deadline - now);
    }
}

int main(int argc, char **argv) {
    uint64_t period = number_argument(argc, argv, 1, 1000) * MILLISECOND;
    uint8_t pong[ETHERNET_ADDRESS_SIZE];
    bool found = false;
    uint64_t deadline = denali_system_time();
    for (uint32_t sequence = 1;; sequence++) {
        send(found ? REQUEST : DISCOVER, found ? pong : ethernet_broadcast, sequence);
        receive_until(deadline += period, pong, &found);
    }
}
