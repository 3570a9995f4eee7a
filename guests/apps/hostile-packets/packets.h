/* Frames with IPv4 packets, TCP segments and ARP messages in them, right ones, for others to spoil. */
#ifndef PACKETS_H
#define PACKETS_H

#include "runtime.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define PROTOCOL_ICMP 1
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17

/* Where things are in a frame (RFC 791, 9293, 768). */
#define IP 14
#define IP_LENGTH (IP + 2)
#define IP_IDENTITY (IP + 4)
#define IP_FRAGMENT (IP + 6)
#define IP_CHECKSUM (IP + 10)
#define IP_SOURCE (IP + 12)
#define TRANSPORT (IP + 20)
#define TCP_SEQUENCE (TRANSPORT + 4)
#define TCP_ACKNOWLEDGED (TRANSPORT + 8)
#define TCP_OFFSET (TRANSPORT + 12)
#define TCP_FLAGS (TRANSPORT + 13)
#define TCP_CHECKSUM (TRANSPORT + 16)
#define UDP_LENGTH (TRANSPORT + 4)
#define UDP_CHECKSUM (TRANSPORT + 6)
#define TCP_HEADER 20
#define UDP_HEADER 8

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4
#define TCP_ACK 16

#define MORE_FRAGMENTS 0x2000

struct packet {
    uint8_t bytes[DENALI_MAXIMUM_FRAME_SIZE];
    uint32_t length; /* Of the frame. */
};

/* A VM's number stands for its addresses: 02:44:4e:00:00:07 and 10.0.0.7 for 7. */
void put_mac(uint8_t *at, uint32_t vm);
void put_16(uint8_t *at, uint32_t value);
void put_32(uint8_t *at, uint32_t value);
uint32_t get_32(const uint8_t *at);

/* A frame from this VM to another. */
void begin_frame(struct packet *packet, uint32_t to, uint32_t type);
/* An IPv4 packet in it that says it is from `from`, with so many bytes of payload. */
void begin_ip(struct packet *packet, uint32_t from, uint32_t to, uint8_t protocol, uint32_t payload);
/* A TCP segment without data; its source port and sequence number are random. */
void make_tcp(struct packet *packet, uint32_t from, uint32_t to, uint32_t port, uint8_t flags);
/* A UDP datagram with random bytes. */
void make_udp(struct packet *packet, uint32_t from, uint32_t to, uint32_t port, uint32_t payload);
/* An ARP message that says that `owner` is at this VM's MAC address. */
void make_arp(struct packet *packet, uint32_t to, uint32_t owner, uint32_t asked, bool reply);

/* Writes the checksums anew, over what is there. */
void seal_ip(struct packet *packet);
void seal_transport(struct packet *packet, uint32_t checksum_at);

/* Any number; the same ones in every run. */
uint32_t random_number(void);
void fill_random(uint8_t *bytes, uint32_t length);

#endif
