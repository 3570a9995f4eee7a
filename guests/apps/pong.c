/*
 * pong: answers the Ethernet frames of ping.
 */
#include "pingpong.h"

DENALI_MEMORY(128 * 1024);

#define REPLIES_PER_LINE 100

static union {
    struct pingpong_frame frame;
    uint8_t bytes[DENALI_MAXIMUM_FRAME_SIZE];
} received;

int main(void) {
    print("pong at ");
    print_mac((const uint8_t *)denali_registers.mac_address);
    print(", waiting for pings\n");
    uint32_t replies = 0;
    for (;;) {
        int32_t length;
        while ((length = denali_packet_receive(received.bytes, sizeof received.bytes)) > 0) {
            struct pingpong_frame *frame = &received.frame;
            if (!is_pingpong(frame, length)) continue;
            if (frame->message != DISCOVER && frame->message != REQUEST) continue;
            uint8_t asker[ETHERNET_ADDRESS_SIZE];
            memcpy(asker, frame->header.source, sizeof asker);
            if (frame->message == DISCOVER) {
                print("found by ");
                print_mac(asker);
                print("\n");
            }
            frame->message++; /* DISCOVER is answered by HERE, REQUEST by REPLY. */
            ethernet_fill(&frame->header, asker, ETHERTYPE_EXPERIMENT);
            int32_t error = ethernet_send(frame, sizeof *frame);
            if (error < 0) printf("could not answer, error %d\n", error);
            else if (frame->message == REPLY && ++replies % REPLIES_PER_LINE == 0) printf("%u replies\n", replies);
        }
        denali_idle(DENALI_FOREVER);
    }
}
