/*
 * A connection as TCP wants it, whose segments come in two IP fragments each. Who puts them together has a header in one piece
 * and its options or the data in another, and pieces that are empty once the headers are gone.
 */
#include "attempts.h"

#define PATIENCE 20000000u /* For an answer, ns. */
#define SEGMENTS 8
#define LARGEST_OPTIONS 40u
#define OPTION_NOTHING 1

static struct packet packet, answer;
static uint32_t sequence, acknowledged;

/* The answer to our SYN. False when none comes. */
static bool is_answered(void) {
    uint64_t latest = denali_system_time() + PATIENCE;
    for (;;) {
        uint64_t now = denali_system_time();
        int32_t length = denali_packet_receive(answer.bytes, sizeof answer.bytes);
        if (length >= TRANSPORT + TCP_HEADER && answer.bytes[IP + 9] == PROTOCOL_TCP &&
            answer.bytes[TCP_FLAGS] == (TCP_SYN | TCP_ACK) && get_32(answer.bytes + TCP_ACKNOWLEDGED) == sequence)
            return true;
        if (length > 0) continue;
        if (now >= latest) return false;
        denali_idle(latest - now);
    }
}

/* Sends so many bytes of what the packet carries, from `offset` on, as one fragment of it. */
static void send_fragment(uint32_t offset, uint32_t length, bool more) {
    static struct packet fragment;
    memcpy(fragment.bytes, packet.bytes, TRANSPORT);
    memcpy(fragment.bytes + TRANSPORT, packet.bytes + TRANSPORT + offset, length);
    fragment.length = TRANSPORT + length;
    put_16(fragment.bytes + IP_LENGTH, 20 + length);
    put_16(fragment.bytes + IP_FRAGMENT, offset / 8 | (more ? MORE_FRAGMENTS : 0));
    seal_ip(&fragment);
    send_packet(&fragment);
}

/* The connection's next segment. Its ports are where the packet has them since the first. */
static void send_segment(uint32_t options, uint32_t data, uint8_t flags) {
    uint32_t header = TCP_HEADER + options, all = header + data;
    put_32(packet.bytes + TCP_SEQUENCE, sequence);
    put_32(packet.bytes + TCP_ACKNOWLEDGED, acknowledged);
    packet.bytes[TCP_OFFSET] = (uint8_t)(header / 4 << 4);
    packet.bytes[TCP_FLAGS] = flags;
    memset(packet.bytes + TRANSPORT + TCP_HEADER, OPTION_NOTHING, options);
    memset(packet.bytes + TRANSPORT + header, 'x', data);
    packet.length = TRANSPORT + all;
    put_16(packet.bytes + IP_LENGTH, 20 + all);
    put_16(packet.bytes + IP_IDENTITY, random_number());
    seal_ip(&packet);
    seal_transport(&packet, TCP_CHECKSUM);
    sequence += data;
    /* A first fragment without a whole header would be thrown away. */
    uint32_t cut = header % 8 == 0 && random_number() & 1 ? header : 8 * (3 + random_number() % (all / 8));
    if (data == 0 || cut >= all) return send_packet(&packet);
    send_fragment(0, cut, true);
    send_fragment(cut, all - cut, false);
}

void segments(void) {
    make_tcp(&packet, self, victim, port, TCP_SYN);
    sequence = get_32(packet.bytes + TCP_SEQUENCE) + 1;
    send_packet(&packet);
    if (!is_answered()) return;
    acknowledged = get_32(answer.bytes + TCP_SEQUENCE) + 1;
    /* The first begins with a piece of headers alone. */
    for (int i = 0; i < SEGMENTS; i++)
        send_segment(i == 0 ? 4 : 4 * (random_number() % (LARGEST_OPTIONS / 4 + 1)), 1 + random_number() % 32, TCP_ACK);
    send_segment(0, 0, TCP_RST | TCP_ACK);
}
