/* What the supervisor answers, asked wrongly: names (RFC 1035), addresses (RFC 2131), and ways out of the machine. */
#include "attempts.h"

#define NAMES 53u
#define ADDRESSES 67u
#define QUERY 12u /* Bytes of the header in front of a question. */
#define LARGEST_NAME 300u
/* Where a message of DHCP has the client's hardware address and its options, with what these begin. */
#define CLIENT 28u
#define OPTIONS 236u
#define COOKIE 0x63825363u
#define LARGEST_OPTIONS 80u

static struct packet packet;
static uint8_t *const contents = packet.bytes + TRANSPORT + UDP_HEADER;

static void seal_and_send(void) {
    seal_transport(&packet, UDP_CHECKSUM);
    send_packet(&packet);
}

/* A question whose name is too long, has no end, or goes round in circles. */
static void ask_name(void) {
    uint32_t length = QUERY + random_number() % LARGEST_NAME;
    make_udp(&packet, self, victim, NAMES, length);
    memset(contents, 0, QUERY);
    contents[5] = 1; /* One question. */
    if (random_number() & 1) fill_random(contents, QUERY);
    uint32_t label = random_number() % 4;
    for (uint32_t at = QUERY; at < length && label < 2; at += 64) contents[at] = label ? 63 : 0xc0;
    if (label == 2 && length > QUERY) contents[QUERY] = (uint8_t)(length - QUERY);
    seal_and_send();
}

/* A request with options that do not end, for this VM or for another. */
static void ask_address(void) {
    uint32_t options = random_number() % LARGEST_OPTIONS, whose = random_number() & 1 ? self : random_number() % 8;
    make_udp(&packet, self, victim, ADDRESSES, OPTIONS + 4 + options);
    memset(contents, 0, OPTIONS);
    contents[0] = 1; /* A request. */
    contents[1] = 1; /* Ethernet. */
    contents[2] = ETHERNET_ADDRESS_SIZE;
    contents[10] = (uint8_t)(random_number() & 0x80); /* The answer is to be a broadcast. */
    put_mac(contents + CLIENT, whose);
    put_32(contents + OPTIONS, COOKIE);
    static const uint8_t discover[] = {53, 1, 1};
    if (options >= sizeof discover && random_number() & 1) memcpy(contents + OPTIONS + 4, discover, sizeof discover);
    seal_and_send();
}

void services(void) {
    switch (random_number() % 3) {
    case 0: return ask_name();
    case 1: return ask_address();
    case 2: /* Each time from another port. */
        make_udp(&packet, self, victim, port, random_number() % 64);
        return send_packet(&packet);
    }
}
