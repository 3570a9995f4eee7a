/*
 * The way out: the supervisor listens on the port of each destination that is allowed. What a guest connects to there, or sends
 * datagrams to, reaches that destination, and nothing else leaves the machine.
 */
#include "denali.h"
#include "links.h"
#include "services.h"

#define MAXIMUM_DESTINATIONS 32u

static struct denali_uplink_destination destinations[MAXIMUM_DESTINATIONS];
static uint32_t destination_count;
/* Links of datagrams, for each destination, the latest first. */
static struct link *datagram_links[MAXIMUM_DESTINATIONS];

static uint32_t index_of(const struct denali_uplink_destination *destination) {
    return (uint32_t)(destination - destinations);
}

/* A link to a destination; null when there are too many. */
static struct link *connect_outside(uint32_t index) {
    int32_t handle =
        denali_uplink(DENALI_UPLINK_OPERATION_CONNECT, DENALI_UPLINK_HANDLE_DEVICE, &index, sizeof index);
    struct link *link = handle > 0 ? link_add((uint32_t)handle) : NULL;
    if (handle > 0 && !link) denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, (uint32_t)handle, NULL, 0);
    return link;
}

/* ---- Streams ---- */

static err_t on_accepted(void *argument, struct tcp_pcb *tcp, err_t error) {
    if (error != ERR_OK || !tcp) return ERR_VAL;
    struct link *link = connect_outside(index_of(argument));
    if (!link) {
        tcp_abort(tcp);
        return ERR_ABRT;
    }
    link_watch(link, tcp);
    link_begins(link);
    return ERR_OK;
}

static void listen_for_streams(struct denali_uplink_destination *destination) {
    struct tcp_pcb *tcp = tcp_new();
    if (!tcp || tcp_bind(tcp, IP_ADDR_ANY, (u16_t)destination->port) != ERR_OK) return;
    struct tcp_pcb *listener = tcp_listen(tcp);
    if (!listener) return;
    tcp_arg(listener, destination);
    tcp_accept(listener, on_accepted);
}

/* ---- Datagrams ---- */

static struct link *find_datagram_link(uint32_t index, const ip_addr_t *guest, uint16_t port) {
    struct link *link = datagram_links[index];
    while (link && !(ip_addr_cmp(&link->guest, guest) && link->guest_port == port)) link = link->sibling;
    return link;
}

static struct link *add_datagram_link(uint32_t index, struct udp_pcb *udp, const ip_addr_t *guest, uint16_t port) {
    struct link *link = connect_outside(index);
    if (!link) return NULL;
    link->udp = udp;
    link->guest = *guest;
    link->guest_port = port;
    link->outgoing = &datagram_links[index];
    link->sibling = datagram_links[index];
    return datagram_links[index] = link;
}

static void on_datagram(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    uint32_t index = index_of(argument);
    struct link *link = find_datagram_link(index, from, port);
    if (!link) link = add_datagram_link(index, udp, from, port);
    if (link) link_send_out(link, packet);
    else pbuf_free(packet); /* Lost, as datagrams are. */
}

static void listen_for_datagrams(struct denali_uplink_destination *destination) {
    struct udp_pcb *udp = udp_new();
    if (!udp || udp_bind(udp, IP_ADDR_ANY, (u16_t)destination->port) != ERR_OK) return;
    udp_recv(udp, on_datagram, destination);
}

void outbound_forget(struct link *link) {
    struct link **place = link->outgoing;
    while (*place && *place != link) place = &(*place)->sibling;
    if (*place) *place = link->sibling;
}

/* ---- What is allowed ---- */

const char *destination_name(uint32_t index) { return index < destination_count ? destinations[index].host : NULL; }

/* The host says it when it has set up its sockets, which may be after we have started. */
void outbound_poll(void) {
    if (destination_count > 0) return;
    int32_t count = denali_uplink(DENALI_UPLINK_OPERATION_LIST_DESTINATIONS, DENALI_UPLINK_HANDLE_DEVICE, destinations,
                                  sizeof destinations);
    if (count <= 0) return;
    destination_count = (uint32_t)count < MAXIMUM_DESTINATIONS ? (uint32_t)count : MAXIMUM_DESTINATIONS;
    for (uint32_t i = 0; i < destination_count; i++)
        (destinations[i].kind == DENALI_UPLINK_KIND_STREAM ? listen_for_streams : listen_for_datagrams)(&destinations[i]);
}
