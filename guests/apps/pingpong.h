/* The frames that ping and pong exchange: an Ethernet header and one of four messages, padded to the minimum. */
#ifndef PINGPONG_H
#define PINGPONG_H

#include "runtime.h"

/* A discovery is broadcast; every pong answers it. A reply carries what its request carried. */
enum message { DISCOVER = 1, HERE, REQUEST, REPLY };

struct pingpong_frame {
    struct ethernet_header header;
    uint8_t message;
    uint8_t unused;
    uint32_t sequence;
    uint32_t sent[2]; /* Sender's system time, low word first. */
    uint8_t padding[ETHERNET_MINIMUM_FRAME - 28];
};
_Static_assert(sizeof(struct pingpong_frame) == ETHERNET_MINIMUM_FRAME, "the shortest frame");

static inline bool is_pingpong(const struct pingpong_frame *frame, int32_t length) {
    return length >= ETHERNET_MINIMUM_FRAME && frame->header.type[0] == ETHERTYPE_EXPERIMENT >> 8 &&
           frame->header.type[1] == (ETHERTYPE_EXPERIMENT & 0xff);
}

#endif
