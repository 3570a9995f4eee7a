/*
 * hostile-flood: broadcasts the longest frames as fast as it can, for ever.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

#define ATTEMPTS_PER_LINE 100000

static struct {
    struct ethernet_header header;
    uint8_t payload[DENALI_MAXIMUM_FRAME_SIZE - sizeof(struct ethernet_header)];
} frame;

int main(void) {
    attempt("flood the Ethernet");
    ethernet_fill(&frame.header, ethernet_broadcast, ETHERTYPE_EXPERIMENT);
    for (uint64_t attempts = 0, sent = 0;;) {
        /* Told to wait, it tries again at once. */
        if (denali_packet_send(&frame, sizeof frame) == 0) sent++;
        if (++attempts % ATTEMPTS_PER_LINE == 0) printf("sent %llu of %llu\n", sent, attempts);
    }
}
