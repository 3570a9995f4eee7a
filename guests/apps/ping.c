/*
 * ping: finds a pong by broadcast, sends it requests, and prints their round-trip times.
 *
 * ping [MILLISECONDS [COUNT]]: the interval, 1000 by default; with a count it ends after that many requests (or, while
 * there is no pong, discoveries), with status 0 if there was any reply and 1 if there was none.
 */
#include "pingpong.h"

DENALI_MEMORY(128 * 1024);

/* Requests without a reply after which the pong counts as gone. */
#define PATIENCE 5

static union {
    struct pingpong_frame frame;
    uint8_t bytes[DENALI_MAXIMUM_FRAME_SIZE];
} received;

static void send(enum message message, const uint8_t *destination, uint32_t sequence) {
    struct pingpong_frame frame = {.message = (uint8_t)message, .sequence = sequence};
    uint64_t now = denali_current_time();
    frame.sent[0] = (uint32_t)now;
    frame.sent[1] = (uint32_t)(now >> 32);
    ethernet_fill(&frame.header, destination, ETHERTYPE_EXPERIMENT);
    int32_t error = ethernet_send(&frame, sizeof frame);
    if (error < 0) printf("could not send, error %d\n", error);
}

/* Waits until a deadline for a message with a sequence number; it is then in `received`. */
static bool wait_for(enum message message, uint32_t sequence, uint64_t deadline) {
    for (;;) {
        int32_t length;
        while ((length = denali_packet_receive(received.bytes, sizeof received.bytes)) > 0)
            if (is_pingpong(&received.frame, length) && received.frame.message == message &&
                received.frame.sequence == sequence)
                return true;
        uint64_t now = denali_system_time();
        if (now >= deadline) return false;
        denali_idle(deadline - now);
    }
}

int main(int argc, char **argv) {
    uint64_t interval = number_argument(argc, argv, 1, 1000) * MILLISECOND;
    uint32_t count = number_argument(argc, argv, 2, 0);
    if (interval == 0) usage_error(argv, "the interval must be at least 1 ms", "");
    uint8_t pong[ETHERNET_ADDRESS_SIZE];
    bool found = false;
    uint32_t replies = 0, lost_in_a_row = 0;
    uint64_t deadline = denali_system_time();
    for (uint32_t sequence = 1; count == 0 || sequence <= count; sequence++) {
        deadline += interval;
        if (!found) {
            send(DISCOVER, ethernet_broadcast, sequence);
            found = wait_for(HERE, sequence, deadline);
            if (!found) {
                if (lost_in_a_row++ == 0) print("no pong on this Ethernet yet\n");
                continue;
            }
            memcpy(pong, received.frame.header.source, sizeof pong);
            lost_in_a_row = 0;
            print("pong is at ");
            print_mac(pong);
            print("\n");
        }
        send(REQUEST, pong, sequence);
        if (wait_for(REPLY, sequence, deadline)) {
            uint64_t time = denali_system_time() - denali_read_u64(received.frame.sent);
            replies++;
            lost_in_a_row = 0;
            print("reply from ");
            print_mac(received.frame.header.source);
            printf(" seq=%u time=%llu us\n", sequence, time / MICROSECOND);
        } else {
            printf("no reply to seq=%u\n", sequence);
            if (++lost_in_a_row == PATIENCE) {
                found = false;
                lost_in_a_row = 0;
            }
        }
        idle_until(deadline);
        /* A VM that was kept away for several intervals goes on from now; it does not send what it missed at once. */
        if (denali_system_time() > deadline + interval) deadline = denali_system_time();
    }
    printf("%u requests, %u replies\n", count, replies);
    return replies > 0 ? 0 : 1;
}
