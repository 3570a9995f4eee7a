/* Makes packets. What is written is big-endian, as on the wire. */
#include "packets.h"

void put_16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put_32(uint8_t *at, uint32_t value) {
    put_16(at, value >> 16);
    put_16(at + 2, value);
}

uint32_t get_32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void put_mac(uint8_t *at, uint32_t vm) {
    for (int i = 0; i < 3; i++) at[i] = denali_registers.mac_address[i];
    at[3] = (uint8_t)(vm >> 16);
    put_16(at + 4, vm);
}

static void put_ip(uint8_t *at, uint32_t vm) { put_32(at, 10u << 24 | vm); }

/* xorshift (Marsaglia 2003). */
uint32_t random_number(void) {
    static uint32_t state = 2463534242u;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void fill_random(uint8_t *bytes, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) bytes[i] = (uint8_t)(random_number() >> 8);
}

/* RFC 1071. */
static uint32_t add_up(const uint8_t *bytes, uint32_t length, uint32_t sum) {
    for (uint32_t i = 0; i + 1 < length; i += 2) sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    if (length & 1) sum += (uint32_t)bytes[length - 1] << 8;
    return sum;
}

static uint32_t fold(uint32_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

void seal_ip(struct packet *packet) {
    uint32_t length = (packet->bytes[IP] & 15u) * 4;
    put_16(packet->bytes + IP_CHECKSUM, 0);
    put_16(packet->bytes + IP_CHECKSUM, fold(add_up(packet->bytes + IP, length, 0)));
}

void seal_transport(struct packet *packet, uint32_t checksum_at) {
    uint32_t length = packet->length - TRANSPORT;
    put_16(packet->bytes + checksum_at, 0);
    uint32_t pseudo = add_up(packet->bytes + IP_SOURCE, 8, packet->bytes[IP + 9] + length);
    put_16(packet->bytes + checksum_at, fold(add_up(packet->bytes + TRANSPORT, length, pseudo)));
}

void begin_frame(struct packet *packet, uint32_t to, uint32_t type) {
    uint8_t mac[ETHERNET_ADDRESS_SIZE];
    memset(packet->bytes, 0, sizeof packet->bytes);
    put_mac(mac, to);
    ethernet_fill((struct ethernet_header *)packet->bytes, mac, (uint16_t)type);
    packet->length = IP;
}

void begin_ip(struct packet *packet, uint32_t from, uint32_t to, uint8_t protocol, uint32_t payload) {
    begin_frame(packet, to, ETHERTYPE_IPV4);
    uint8_t *ip = packet->bytes + IP;
    ip[0] = 0x45; /* Version 4, no options. */
    put_16(packet->bytes + IP_LENGTH, 20 + payload);
    put_16(packet->bytes + IP_IDENTITY, random_number());
    ip[8] = 64; /* Hops. */
    ip[9] = protocol;
    put_ip(packet->bytes + IP_SOURCE, from);
    put_ip(packet->bytes + IP_SOURCE + 4, to);
    packet->length = TRANSPORT + payload;
    seal_ip(packet);
}

void make_tcp(struct packet *packet, uint32_t from, uint32_t to, uint32_t port, uint8_t flags) {
    begin_ip(packet, from, to, PROTOCOL_TCP, TCP_HEADER);
    uint8_t *tcp = packet->bytes + TRANSPORT;
    put_16(tcp, 1024 + random_number() % 64000);
    put_16(tcp + 2, port);
    put_32(tcp + 4, random_number());
    if (flags & TCP_ACK) put_32(tcp + 8, random_number());
    tcp[12] = TCP_HEADER / 4 << 4;
    tcp[13] = flags;
    put_16(tcp + 14, 8192); /* Window. */
    seal_transport(packet, TCP_CHECKSUM);
}

void make_udp(struct packet *packet, uint32_t from, uint32_t to, uint32_t port, uint32_t payload) {
    begin_ip(packet, from, to, PROTOCOL_UDP, UDP_HEADER + payload);
    uint8_t *udp = packet->bytes + TRANSPORT;
    put_16(udp, 1024 + random_number() % 64000);
    put_16(udp + 2, port);
    put_16(udp + 4, UDP_HEADER + payload);
    fill_random(udp + UDP_HEADER, payload);
    seal_transport(packet, UDP_CHECKSUM);
}

void make_arp(struct packet *packet, uint32_t to, uint32_t owner, uint32_t asked, bool reply) {
    static const uint8_t opening[] = {0, 1, 8, 0, 6, 4, 0}; /* Ethernet, IPv4 (RFC 826). */
    begin_frame(packet, to, ETHERTYPE_ARP);
    uint8_t *arp = packet->bytes + IP;
    memcpy(arp, opening, sizeof opening);
    arp[7] = reply ? 2 : 1;
    put_mac(arp + 8, denali_registers.vm_id);
    put_ip(arp + 14, owner);
    put_mac(arp + 18, to);
    put_ip(arp + 24, asked);
    packet->length = IP + 28;
}
