/*
 * The way out: the supervisor listens on the port of each destination that is allowed. What a guest connects to there, or sends
 * datagrams to, reaches that destination, and nothing else leaves the machine.
 */
#include "denali.h"
#include "links.h"
#include "services.h"

#define MAXIMUM_DESTINATIONS 32u
/*
 * Links that one guest may have asked for: it can ask from any of its ports, and the device's connections are everybody's. Where it
 * has as many, one for datagrams gives way that carried none for some seconds; sooner, a guest that sends from ever new ports would
 * have the host open and close sockets all the time.
 */
#define LINKS_OF_GUEST 128u
#define QUIET 5000000000ull /* ns */

#define BUCKETS 64u

static struct denali_uplink_destination destinations[MAXIMUM_DESTINATIONS];
static uint32_t destination_count;
/* Links that guests asked for, by the guest, the latest first. */
static struct link *asked_for[BUCKETS];

static uint32_t index_of(const struct denali_uplink_destination *destination) {
    return (uint32_t)(destination - destinations);
}

static struct link **links_of(uint32_t vm) { return &asked_for[vm % BUCKETS]; }

/* The number of the VM with this address; 0 for what is none of a VM's. */
static uint32_t vm_of_address(const ip_addr_t *address) {
    uint32_t number = lwip_ntohl(ip_addr_get_ip4_u32(address));
    return number >> 24 == 10 ? number & 0xffffff : 0;
}

/* Whether a guest may have another link. Where it has as many as it may, one of them is to give way for it; null otherwise. */
static bool may_connect(uint32_t vm, struct link **gives_way) {
    uint32_t count = 0;
    struct link *quietest = NULL;
    *gives_way = NULL;
    for (struct link *link = *links_of(vm); link; link = link->sibling) {
        if (link->vm != vm) continue;
        count++;
        if (link->udp && (!quietest || link->used_at < quietest->used_at)) quietest = link;
    }
    if (count < LINKS_OF_GUEST) return true;
    if (!quietest || denali_system_time() - quietest->used_at < QUIET) return false;
    *gives_way = quietest;
    return true;
}

/*
 * A link from a guest to a destination; null when there are too many, or no memory: that is asked first, since connecting has the
 * host open a socket, and a guest may ask as fast as it can send.
 */
static struct link *connect_outside(uint32_t index, uint32_t vm) {
    struct link *gives_way;
    if (vm == 0 || !window_admits() || !may_connect(vm, &gives_way)) return NULL;
    uint32_t request[] = {index, vm}; /* The VM's number is for the operator to see who it is. */
    int32_t handle =
        denali_uplink(DENALI_UPLINK_OPERATION_CONNECT, DENALI_UPLINK_HANDLE_DEVICE, request, sizeof request);
    if (handle <= 0) return NULL;
    if (gives_way) link_drop(gives_way);
    struct link *link = link_add((uint32_t)handle, vm);
    if (!link) {
        denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, (uint32_t)handle, NULL, 0);
        return NULL;
    }
    link->outgoing = true;
    link->destination = index;
    link->sibling = *links_of(vm);
    return *links_of(vm) = link;
}

void outbound_forget(struct link *link) {
    struct link **place = links_of(link->vm);
    while (*place != link) place = &(*place)->sibling;
    *place = link->sibling;
}

/* ---- Streams ---- */

static err_t on_accepted(void *argument, struct tcp_pcb *tcp, err_t error) {
    if (error != ERR_OK || !tcp) return ERR_VAL;
    struct link *link = connect_outside(index_of(argument), vm_of_address(&tcp->remote_ip));
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
    struct tcp_pcb *listener =
        tcp && tcp_bind(tcp, IP_ADDR_ANY, (u16_t)destination->port) == ERR_OK ? tcp_listen(tcp) : NULL;
    if (!listener) {
        if (tcp) tcp_abort(tcp);
        return;
    }
    tcp_arg(listener, destination);
    tcp_accept(listener, on_accepted);
}

/* ---- Datagrams ---- */

static struct link *find_datagram_link(uint32_t index, uint32_t vm, uint16_t port) {
    struct link *link = *links_of(vm);
    while (link && !(link->udp && link->vm == vm && link->guest_port == port && link->destination == index))
        link = link->sibling;
    return link;
}

static void on_datagram(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    uint32_t index = index_of(argument), vm = vm_of_address(from);
    struct link *link = find_datagram_link(index, vm, port);
    if (!link && (link = connect_outside(index, vm))) {
        link->udp = udp;
        link->guest_port = port;
    }
    if (link) link_send_out(link, packet);
    else pbuf_free(packet); /* Lost, as datagrams are. */
}

static void listen_for_datagrams(struct denali_uplink_destination *destination) {
    struct udp_pcb *udp = udp_new();
    if (!udp) return;
    if (udp_bind(udp, IP_ADDR_ANY, (u16_t)destination->port) == ERR_OK) udp_recv(udp, on_datagram, destination);
    else udp_remove(udp);
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
