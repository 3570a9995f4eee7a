/* A connection between the uplink device and a guest: a link, with an end at the device and one in lwIP. */
#ifndef LINKS_H
#define LINKS_H

#include <lwip/tcp.h>
#include <lwip/udp.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes moved between the device and lwIP at a time: the largest datagram, since one that does not fit would stay in the way. */
#define PIECE 65535u

struct link {
    struct link *next; /* Of the same bucket. */
    uint32_t handle;
    struct tcp_pcb *tcp;
    struct udp_pcb *udp;
    struct pbuf *held; /* From the guest, not taken by the device yet. */
    bool connected;
    bool outside_ended, guest_ended;
    /* Of datagrams that a guest sends outside: the list of its destination, and whom answers are for. */
    struct link **outgoing, *sibling;
    ip_addr_t guest;
    uint16_t guest_port;
};

/* uplink.c. A new link for a handle of the device; null when there is no memory. */
struct link *link_add(uint32_t handle);
/* Joins a link with a connection of lwIP. */
void link_watch(struct link *link, struct tcp_pcb *tcp);
/* Sends a datagram from a guest out. Takes the packet. */
void link_send_out(struct link *link, struct pbuf *packet);

/* outbound.c. Asks what is allowed, until that is known, and listens for it. */
void outbound_poll(void);
/* The link is gone. */
void outbound_forget(struct link *link);

#endif
