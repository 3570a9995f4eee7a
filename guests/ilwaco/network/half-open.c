/*
 * Half-open connections: a peer that begins connections and never goes on (a SYN flood) does not keep others from a listening
 * socket. One whose backlog is nearly full does not listen to whoever has most of its half-open connections; TCP asks again, so
 * that somebody who means it loses time and no connection. For anybody else a full one gives up a connection that nobody has
 * confirmed, the oldest (RFC 4987, section 3.4: recycling).
 */
#include "denali.h"
#include "network.h"
#include "params.h"
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

/* How long, ns, somebody is not listened to before it is looked again: looking takes a thousand instructions, refusing a hundred. */
#define REFUSAL (10 * MILLISECOND)

/* Half-open connections that anybody may have, however short the backlog is. */
#define ANYBODYS 2u

static uint32_t refused_caller;
static uint64_t refused_until;

uint32_t half_open_caller(const uint8_t *frame, uint32_t length) {
    const uint8_t *ip = frame + ETHERNET_HEADER;
    if (length < ETHERNET_HEADER + IP_HLEN + TCP_HLEN || frame[12] != 8 || frame[13] != 0 || ip[IP_PROTOCOL] != IP_PROTO_TCP)
        return 0;
    uint32_t header = (ip[0] & 15u) * 4, caller;
    if (ETHERNET_HEADER + header + TCP_HLEN > length || (ip[header + FLAGS_PLACE] & (TCP_SYN | TCP_ACK)) != TCP_SYN) return 0;
    memcpy(&caller, ip + IP_SOURCE, 4);
    return caller;
}

/* A listening socket's half-open connections. lwIP has the newest first. */
struct half_open {
    struct tcp_pcb *oldest;
    unsigned all, of_caller;
};

static struct half_open half_open_of(const struct tcp_pcb_listen *listener, uint32_t caller) {
    struct half_open found = {0};
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        if (pcb->state != SYN_RCVD || pcb->listener != listener) continue;
        found.oldest = pcb;
        found.all++;
        if (ip_addr_get_ip4_u32(&pcb->remote_ip) == caller) found.of_caller++;
    }
    return found;
}

bool half_open_admits(uint32_t caller) {
    if (caller == refused_caller && denali_system_time() < refused_until) return false;
    for (const struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs; listener; listener = listener->next) {
        if (listener->accepts_pending + 1 < listener->backlog) continue;
        struct half_open found = half_open_of(listener, caller);
        if (found.of_caller < ANYBODYS || found.of_caller * 2 <= found.all) continue;
        refused_caller = caller;
        refused_until = denali_system_time() + REFUSAL;
        return false;
    }
    return true;
}

void half_open_make_room(void) {
    for (struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs; listener; listener = listener->next) {
        if (listener->accepts_pending < listener->backlog) continue;
        struct half_open found = half_open_of(listener, 0);
        if (found.oldest) tcp_abandon(found.oldest, 0);
    }
}
