/*
 * Half-open connections: a peer that begins connections and never goes on (a SYN flood) does not keep others from a listening
 * socket. One whose backlog is full gives up a connection that nobody has confirmed, the oldest of whoever has most of them.
 * RFC 4987 calls it recycling the oldest half-open connection.
 */
#include "network.h"
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip4.h>
#include <string.h>

#define ETHERNET_HEADER 14u

/* Where an IPv4 header has what. */
#define IP_PROTOCOL 9u
#define IP_SOURCE 12u
/* Where TCP has its flags. */
#define FLAGS_PLACE 13u

uint32_t half_open_caller(const uint8_t *frame, uint32_t length) {
    const uint8_t *ip = frame + ETHERNET_HEADER;
    if (length < ETHERNET_HEADER + IP_HLEN + TCP_HLEN || frame[12] != 8 || frame[13] != 0 || ip[IP_PROTOCOL] != IP_PROTO_TCP)
        return 0;
    uint32_t header = (ip[0] & 15u) * 4, caller;
    if (ETHERNET_HEADER + header + TCP_HLEN > length || (ip[header + FLAGS_PLACE] & (TCP_SYN | TCP_ACK)) != TCP_SYN) return 0;
    memcpy(&caller, ip + IP_SOURCE, 4);
    return caller;
}

/* lwIP has the newest connection first. */
static void give_way(const struct tcp_pcb_listen *listener, uint32_t caller) {
    struct tcp_pcb *oldest = NULL, *own = NULL;
    unsigned all = 0, owned = 0;
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        if (pcb->state != SYN_RCVD || pcb->listener != listener) continue;
        oldest = pcb;
        all++;
        if (ip_addr_get_ip4_u32(&pcb->remote_ip) != caller) continue;
        own = pcb;
        owned++;
    }
    if (owned * 2 > all) oldest = own;
    if (oldest) tcp_abandon(oldest, 0);
}

void half_open_limit(uint32_t caller) {
    for (struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs; listener; listener = listener->next)
        if (listener->accepts_pending >= listener->backlog) give_way(listener, caller);
}
