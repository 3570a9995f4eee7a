/*
 * Half-open connections: a peer that begins connections and never goes on (a SYN flood) does not keep others from a listening
 * socket. One whose backlog is nearly full does not listen to whoever has most of its half-open connections; TCP asks again, so
 * that somebody who means it loses time alone. For anybody else a full one gives up the oldest that nobody has confirmed
 * (RFC 4987, section 3.4: recycling), if it is a host's that has more of them than the caller or if it should have been
 * confirmed long since: should its peer confirm it after all, it is reset.
 */
#include "denali.h"
#include "network.h"
#include "params.h"
#include "pressure.h"
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip4.h>
#include <string.h>

#define ETHERNET_HEADER 14u

/* Where an IPv4 header has what. */
#define IP_PROTOCOL 9u
#define IP_SOURCE 12u
#define IP_DESTINATION 16u
/* Where TCP has its flags. */
#define FLAGS_PLACE 13u

/* How long, ns, somebody is not listened to before it is looked again: looking takes a thousand instructions, refusing a hundred. */
#define REFUSAL (10 * MILLISECOND)

/* Half-open connections that anybody may have, however short the backlog is. */
#define ANYBODYS 2u

/* Ticks, half seconds, within which a peer that goes on confirms a connection. */
#define CONFIRMATION 2u

/* Who asks for a connection, and for which: addresses in network order, ports in the host's. */
struct request {
    uint32_t caller, address;
    uint16_t caller_port, port;
};

static struct request refused;
static uint64_t refused_until;

static uint16_t port_at(const uint8_t *bytes) { return (uint16_t)(bytes[0] << 8 | bytes[1]); }

static bool read_request(const uint8_t *frame, uint32_t length, struct request *request) {
    const uint8_t *ip = frame + ETHERNET_HEADER;
    if (length < ETHERNET_HEADER + IP_HLEN + TCP_HLEN || frame[12] != 8 || frame[13] != 0 || ip[IP_PROTOCOL] != IP_PROTO_TCP)
        return false;
    uint32_t header = (ip[0] & 15u) * 4;
    const uint8_t *tcp = ip + header;
    if (ETHERNET_HEADER + header + TCP_HLEN > length || (tcp[FLAGS_PLACE] & (TCP_SYN | TCP_ACK)) != TCP_SYN) return false;
    memcpy(&request->caller, ip + IP_SOURCE, 4);
    memcpy(&request->address, ip + IP_DESTINATION, 4);
    request->caller_port = port_at(tcp);
    request->port = port_at(tcp + 2);
    return true;
}

/* Who will be handed the request: the socket that listens at the very address, otherwise one that listens at all. */
static const struct tcp_pcb_listen *listener_of(const struct request *request) {
    const struct tcp_pcb_listen *found = NULL;
    for (const struct tcp_pcb_listen *listener = tcp_listen_pcbs.listen_pcbs; listener; listener = listener->next) {
        if (listener->local_port != request->port) continue;
        if (ip_addr_get_ip4_u32(&listener->local_ip) == request->address) return listener;
        if (ip_addr_isany_val(listener->local_ip)) found = listener;
    }
    return found;
}

/* A listening socket's half-open connections. lwIP has the newest first. */
struct half_open {
    struct tcp_pcb *oldest;
    unsigned all, of_caller;
    bool repeated; /* One of them is what is asked for: the request came before. */
};

static struct half_open half_open_of(const struct tcp_pcb_listen *listener, uint32_t caller, uint16_t caller_port) {
    struct half_open found = {0};
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        if (pcb->state != SYN_RCVD || pcb->listener != listener) continue;
        found.oldest = pcb;
        found.all++;
        if (ip_addr_get_ip4_u32(&pcb->remote_ip) != caller) continue;
        found.of_caller++;
        if (pcb->remote_port == caller_port) found.repeated = true;
    }
    return found;
}

static bool may_be_given_up(const struct tcp_pcb_listen *listener, const struct tcp_pcb *pcb, unsigned of_caller) {
    if (tcp_ticks - pcb->tmr >= CONFIRMATION) return true;
    unsigned of_host = half_open_of(listener, ip_addr_get_ip4_u32(&pcb->remote_ip), 0).of_caller;
    return of_host > ANYBODYS && of_host > of_caller;
}

static bool admit(const struct request *request) {
    const struct tcp_pcb_listen *listener = listener_of(request);
    if (!listener || listener->accepts_pending + 1 < listener->backlog) return true;
    struct half_open found = half_open_of(listener, request->caller, request->caller_port);
    if (found.repeated) return true;
    if (found.of_caller >= ANYBODYS && found.of_caller * 2 > found.all) return false;
    if (listener->accepts_pending < listener->backlog) return true;
    if (!found.oldest || !may_be_given_up(listener, found.oldest, found.of_caller)) return false;
    /* The caller would be refused all the same. */
    if (pressure_forbids_beginning()) return false;
    tcp_abandon(found.oldest, 0);
    return true;
}

bool half_open_is_request(const uint8_t *frame, uint32_t length) {
    struct request unused;
    return read_request(frame, length, &unused);
}

bool half_open_admits(const uint8_t *frame, uint32_t length) {
    struct request request;
    if (!read_request(frame, length, &request)) return true;
    bool same = request.caller == refused.caller && request.port == refused.port && request.address == refused.address;
    if (same && denali_system_time() < refused_until) return false;
    if (admit(&request)) return true;
    refused = request;
    refused_until = denali_system_time() + REFUSAL;
    return false;
}
