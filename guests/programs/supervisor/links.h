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
    uint32_t owed; /* Bytes of its window that are kept back. */
    bool connected;
    bool outside_ended, guest_ended;
    uint64_t ended_at; /* When its VM was seen to have ended; 0 while it lives. */
    bool orphaned; /* Its VM has ended: only what that sent is handed on. */
    uint32_t vm; /* Number of the guest's. */
    /* Of those that a guest asked for: to where, others of guests, and of datagrams its port and the time of the last. */
    bool outgoing;
    uint32_t destination;
    struct link *sibling;
    uint16_t guest_port;
    uint64_t used_at;
};

/* The address of a VM: 10 and its number. */
static inline ip_addr_t link_address(uint32_t vm) {
    ip_addr_t address;
    IP_ADDR4(&address, 10, vm >> 16 & 0xff, vm >> 8 & 0xff, vm & 0xff);
    return address;
}

/* links.c. A new link to a VM for a handle of the device; null when there is no memory for more. */
struct link *link_add(uint32_t handle, uint32_t vm);
/* The link of a handle; null when there is none. */
struct link *link_of(uint32_t handle);
/* Does something with every link, which may end it. */
void link_each(void (*action)(struct link *));
/* Ends a link at both ends; the guest's connection is broken unless it is finished already. */
void link_drop(struct link *link);
/* All has been handed on that both sides had to say, or that a VM had said when it ended. */
bool link_is_done(const struct link *link);
void link_finish(struct link *link);
/* Leaves the end of the guest's connection to lwIP, which tells nothing more of it. */
void link_let_go(struct link *link);

/* windows.c. Whether there is memory for another link, and for a link to hold what the device does not take. */
bool window_admits(void);
bool window_may_hold(void);
/* Bytes that may be sent to the guest now. */
uint32_t window_room(const struct tcp_pcb *tcp);
/* The guest's connection has begun: it may send so much. */
void window_begin(struct link *link);
/* So many bytes that it sent have been handed on. */
void window_give_back(struct link *link, uint16_t length);

/* uplink.c. The guest's connection has begun. */
void link_begins(struct link *link);
/* Joins a link with a connection of lwIP. */
void link_watch(struct link *link, struct tcp_pcb *tcp);
/* Sends a datagram from a guest out. Takes the packet. */
void link_send_out(struct link *link, struct pbuf *packet);

/* outbound.c. Asks what is allowed, until that is known, and listens for it. */
void outbound_poll(void);
/* The link is gone. */
void outbound_forget(struct link *link);

#endif
