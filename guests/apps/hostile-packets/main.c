/*
 * hostile-packets: sends another VM malformed packets and lies about who is who, as fast as it can, for ever
 *
 *     hostile-packets [ATTEMPT [VM [PORT]]]        all 2 80 unless given
 *
 * truncated: lengths that are not those of the packet; checksums: wrong ones; fragments: overlapping, endless, too long together;
 * syn: connections that are begun and never gone on with; segments: connections whose segments come in fragments, cut in their
 * headers and right behind them; services: what is no question to DNS or DHCP, and datagrams from many ports; spoof: ARP, IP
 * and MAC addresses of others, and connections of others reset; random: any bytes in a right envelope; all: one after the other.
 */
#include "attempts.h"
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

#define PACKETS_PER_LINE 10000
#define SUPERVISOR 1
/* VMs, from the supervisor on, in whose names it lies. */
#define PEERS 8

uint32_t self, victim, port;
static struct packet packet;
static uint32_t sent, refused;

void send_packet(const struct packet *any) {
    int32_t result = ethernet_send(any->bytes, any->length);
    if (result == 0) sent++;
    else refused++;
    if ((sent + refused) % PACKETS_PER_LINE == 0) printf("sent %u, refused %u\n", sent, refused);
}

static void send(void) { send_packet(&packet); }

/* Says another length at a place than the packet has, or makes it shorter than it says: in IP, and in what it carries. */
static void truncated(void) {
    static const uint16_t lengths[] = {0, 1, 7, 19, 20, 21, 40, 1500, 0x7fff, 0xffff};
    uint32_t length = lengths[random_number() % (sizeof lengths / sizeof *lengths)];
    bool tcp = random_number() & 1;
    if (tcp) make_tcp(&packet, self, victim, port, TCP_SYN);
    else make_udp(&packet, self, victim, port, 64);
    switch (random_number() % (tcp ? 4 : 5)) {
    case 0: put_16(packet.bytes + IP_LENGTH, length); break;
    case 1: /* Header length, and half of the time the version, too. */
        packet.bytes[IP] = (uint8_t)(random_number() & 1 ? random_number() & 0xff : 0x40 | (random_number() & 15));
        break;
    case 2: packet.length = IP + random_number() % (packet.length - IP); break;
    case 3:
        if (tcp) packet.bytes[TCP_OFFSET] = (uint8_t)(random_number() << 4);
        else put_16(packet.bytes + UDP_LENGTH, length);
        break;
    case 4:
        make_arp(&packet, victim, self, victim, true);
        packet.length = IP + random_number() % 28;
        return send();
    }
    seal_ip(&packet);
    /* Whoever finds the checksum wrong looks no further. */
    if (packet.length >= TRANSPORT + TCP_HEADER) seal_transport(&packet, tcp ? TCP_CHECKSUM : UDP_CHECKSUM);
    send();
}

static void checksums(void) {
    make_tcp(&packet, self, victim, port, random_number() & 1 ? TCP_SYN : TCP_ACK);
    uint32_t at = random_number() & 1 ? IP_CHECKSUM : TCP_CHECKSUM;
    packet.bytes[at] ^= (uint8_t)(1 + random_number() % 255);
    send();
}

/* One fragment of a packet of ours: `offset` in units of 8 bytes. */
static void fragment(uint32_t identity, uint32_t offset, uint32_t length, bool more) {
    make_udp(&packet, self, victim, port, length - UDP_HEADER);
    put_16(packet.bytes + IP_IDENTITY, identity);
    put_16(packet.bytes + IP_FRAGMENT, offset | (more ? MORE_FRAGMENTS : 0));
    seal_ip(&packet);
    send();
}

static void fragments(void) {
    uint32_t identity = random_number();
    switch (random_number() % 4) {
    case 0: /* Each lies over the one before. */
        fragment(identity, 0, 64, true);
        fragment(identity, 3, 64, true);
        fragment(identity, 1, 24, false);
        break;
    case 1: /* The rest never comes. */ fragment(identity, 0, 1024, true); break;
    case 2: /* Together longer than any packet. */
        fragment(identity, 0, 1024, true);
        fragment(identity, 0x1fff, 1024, false);
        break;
    case 3: /* The same again, and an empty end. */
        fragment(identity, 0, 64, true);
        fragment(identity, 0, 64, true);
        fragment(identity, 8, 8, false);
        break;
    }
}

static void syn(void) {
    make_tcp(&packet, random_number() & 1 ? self : 1000 + random_number() % 60000, victim, port, TCP_SYN);
    send();
}

/* Tells the victim that others are here, and others that the victim is. */
static void spoof(void) {
    uint32_t other = SUPERVISOR + random_number() % PEERS;
    switch (random_number() % 6) {
    case 0: make_arp(&packet, other, victim, other, true); break;
    case 1: make_arp(&packet, victim, other, victim, true); break;
    case 2: make_arp(&packet, victim, other, victim, false); break;
    case 3: make_tcp(&packet, other, victim, port, TCP_RST); break;
    case 4: make_tcp(&packet, victim, other, 49152 + random_number() % 16384, TCP_RST | TCP_ACK); break;
    case 5:
        make_tcp(&packet, other, victim, port, TCP_SYN);
        put_mac(packet.bytes + ETHERNET_ADDRESS_SIZE, other);
        break;
    }
    send();
}

static void any_bytes(void) {
    static const uint8_t protocols[] = {PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, 0xff};
    uint32_t length = random_number() % 200;
    begin_ip(&packet, self, random_number() & 1 ? victim : SUPERVISOR, protocols[random_number() & 3], length);
    fill_random(packet.bytes + TRANSPORT, length);
    if (random_number() & 1) seal_transport(&packet, TCP_CHECKSUM);
    if (random_number() % 8 == 0) fill_random(packet.bytes + IP, 20 + length);
    send();
}

static void (*const attempts[])(void) = {truncated, checksums, fragments, syn, segments, services, spoof, any_bytes};
static const char *const names[] = {"truncated", "checksums", "fragments", "syn",    "segments",
                                    "services",  "spoof",     "random",    "all"};
#define ALL (sizeof attempts / sizeof *attempts)

int main(int argc, char **argv) {
    uint32_t chosen = argc < 2 ? ALL : (uint32_t)CHOOSE(names);
    victim = number_argument(argc, argv, 2, 2);
    port = number_argument(argc, argv, 3, 80);
    self = denali_registers.vm_id;
    attempt("disturb a VM with packets");
    for (;;) attempts[chosen == ALL ? random_number() % ALL : chosen]();
}
