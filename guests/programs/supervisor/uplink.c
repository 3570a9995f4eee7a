/*
 * Connections between the uplink device and guests: what comes from outside is connected to the VM that the port is published
 * for; what a guest sends out (outbound.c) is carried likewise. Each is a link with two ends, and neither end is read faster
 * than the other is written: bytes wait where they came from.
 */
#include "denali.h"
#include "heap.h"
#include "links.h"
#include "pressure.h"
#include "services.h"

/* Segments that TCP may still take before it is asked to wait: each piece needs a handful. */
#define QUEUE_RESERVE 16u

static uint8_t piece[PIECE];
/* Bytes from outside wait for memory, not for the guest: until there is so much more than the least there was since. */
#define MEMORY_STEP (32u * 1024)
static bool waits_for_memory;
static size_t least_memory;

/* Frees the first piece of a packet and answers the rest; pbuf_free_header() leaves an empty one where it is. */
static struct pbuf *without_first(struct pbuf *packet) {
    struct pbuf *rest = packet->next;
    packet->next = NULL;
    pbuf_free(packet);
    return rest;
}

/* Hands on what the guest sent. False when the link is gone. */
static bool push_out(struct link *link) {
    while (link->held) {
        struct pbuf *first = link->held;
        if (first->len == 0) {
            /* Of a segment that came in IP fragments, the first with nothing but headers. */
            link->held = without_first(first);
            continue;
        }
        int32_t sent = denali_uplink(DENALI_UPLINK_OPERATION_SEND, link->handle, first->payload, first->len);
        if (sent == DENALI_ERROR_AGAIN) return true;
        if (sent < 0) {
            link_drop(link);
            return false;
        }
        if (link->tcp) window_give_back(link, first->len);
        link->held = without_first(first);
    }
    if (link->guest_ended) denali_uplink(DENALI_UPLINK_OPERATION_FINISH, link->handle, NULL, 0);
    return true;
}

static void wait_for_memory(void) {
    size_t room = heap_room();
    if (!waits_for_memory || room < least_memory) least_memory = room;
    waits_for_memory = true;
}

static bool memory_came_back(void) {
    if (!waits_for_memory) return false;
    wait_for_memory();
    return heap_room() >= least_memory + MEMORY_STEP;
}

/* Hands on what came from outside, as far as TCP takes it. False when the link is gone. */
static bool push_in(struct link *link) {
    struct tcp_pcb *tcp = link->tcp;
    while (tcp && !link->outside_ended) {
        uint32_t room = window_room(tcp);
        if (room == 0 && tcp_sndqueuelen(tcp) == 0) wait_for_memory();
        if (room == 0 || tcp_sndqueuelen(tcp) + QUEUE_RESERVE > TCP_SND_QUEUELEN) break;
        int32_t length =
            denali_uplink(DENALI_UPLINK_OPERATION_RECEIVE, link->handle, piece, room < PIECE ? room : PIECE);
        if (length == DENALI_ERROR_AGAIN) break;
        link->outside_ended = length == 0;
        err_t error = length < 0    ? ERR_CONN
                      : length == 0 ? tcp_shutdown(tcp, 0, 1)
                                    : tcp_write(tcp, piece, (u16_t)length, TCP_WRITE_FLAG_COPY);
        if (error != ERR_OK) {
            link_drop(link);
            return false;
        }
    }
    if (tcp) tcp_output(tcp);
    return true;
}

/* What lwIP must be told when the connection was aborted in its own callback. */
static err_t settled(struct link *link, bool alive) {
    if (!alive) return ERR_ABRT;
    if (!link_is_done(link)) return ERR_OK;
    link_finish(link);
    return ERR_OK;
}

/* Both sides have ended: lwIP forgets such a connection without a word, maybe before all has been handed on. */
static bool will_be_forgotten(const struct tcp_pcb *tcp) { return tcp->state == CLOSING || tcp->state == TIME_WAIT; }

static err_t on_received(void *argument, struct tcp_pcb *tcp, struct pbuf *packet, err_t error) {
    struct link *link = argument;
    (void)error;
    if (!packet) link->guest_ended = true;
    else if (link->held) pbuf_cat(link->held, pressure_compact(packet));
    else link->held = packet;
    bool alive = push_out(link);
    if (alive && link->held && !window_may_hold()) {
        link_drop(link);
        alive = false;
    }
    if (alive && !packet && will_be_forgotten(tcp)) link_let_go(link);
    return settled(link, alive);
}

static err_t on_sent(void *argument, struct tcp_pcb *tcp, u16_t length) {
    (void)tcp;
    (void)length;
    struct link *link = argument;
    return settled(link, push_in(link));
}

static err_t on_connected(void *argument, struct tcp_pcb *tcp, err_t error) {
    struct link *link = argument;
    (void)tcp;
    (void)error;
    link_begins(link);
    return settled(link, push_in(link));
}

void link_begins(struct link *link) {
    link->connected = true;
    window_begin(link);
}

/* The connection is gone, and with it lwIP's record of it. One that was closed in order may have left bytes to hand on. */
static void on_error(void *argument, err_t error) {
    struct link *link = argument;
    link->tcp = NULL;
    if (error != ERR_CLSD || !link->held) link_drop(link);
}

void link_watch(struct link *link, struct tcp_pcb *tcp) {
    link->tcp = tcp;
    tcp_arg(tcp, link);
    tcp_recv(tcp, on_received);
    tcp_sent(tcp, on_sent);
    tcp_err(tcp, on_error);
    tcp_nagle_disable(tcp);
}

void link_send_out(struct link *link, struct pbuf *packet) {
    uint16_t length = pbuf_copy_partial(packet, piece, sizeof piece, 0);
    link->used_at = denali_system_time();
    denali_uplink(DENALI_UPLINK_OPERATION_SEND, link->handle, piece, length);
    pbuf_free(packet);
}

static void on_datagram(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    (void)udp;
    (void)from;
    (void)port;
    link_send_out(argument, packet);
}

static bool connect_stream(struct link *link, const ip_addr_t *address, uint16_t port) {
    struct tcp_pcb *tcp = tcp_new();
    if (!tcp) return false;
    link_watch(link, tcp);
    return tcp_connect(tcp, address, port, on_connected) == ERR_OK;
}

static bool connect_datagrams(struct link *link, const ip_addr_t *address, uint16_t port) {
    link->udp = udp_new();
    if (!link->udp) return false;
    udp_recv(link->udp, on_datagram, link);
    return udp_connect(link->udp, address, port) == ERR_OK;
}

/* Connects what came from outside to its VM. */
static void connect_inside(const struct denali_uplink_event *event) {
    uint32_t vm = vm_number(event->name);
    struct link *link = vm ? link_add(event->handle, vm) : NULL;
    ip_addr_t address = link_address(vm);
    if (!link) {
        denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, event->handle, NULL, 0);
        return;
    }
    bool stream = event->kind == DENALI_UPLINK_KIND_STREAM;
    if (!(stream ? connect_stream : connect_datagrams)(link, &address, (uint16_t)event->port)) link_drop(link);
}

static void send_datagrams(struct link *link) {
    ip_addr_t guest = link_address(link->vm);
    int32_t length;
    link->used_at = denali_system_time();
    while ((length = denali_uplink(DENALI_UPLINK_OPERATION_RECEIVE, link->handle, piece, sizeof piece)) > 0) {
        struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);
        if (!packet) continue; /* Lost, as datagrams are. */
        pbuf_take(packet, piece, (u16_t)length);
        if (link->outgoing) udp_sendto(link->udp, packet, &guest, link->guest_port);
        else udp_send(link->udp, packet);
        pbuf_free(packet);
    }
}

static void attend(const struct denali_uplink_event *event) {
    if (event->name[0] == '\0') {
        control_attend(event);
        return;
    }
    struct link *link = link_of(event->handle);
    if (!link && event->flags & DENALI_UPLINK_FLAG_OPENED) {
        connect_inside(event);
        link = link_of(event->handle);
    }
    if (!link) return;
    if (event->flags & DENALI_UPLINK_FLAG_CLOSED) link_drop(link);
    else if (link->udp) send_datagrams(link);
    else if (push_out(link) && (!link->connected || push_in(link)) && link_is_done(link)) link_finish(link);
}

/* Tries again with those for which there was no memory. */
static void resume(struct link *link) {
    if (link->tcp && link->connected && push_in(link) && link_is_done(link)) link_finish(link);
}

void uplink_poll(void) {
    struct denali_uplink_event event;
    outbound_poll();
    if (memory_came_back()) {
        waits_for_memory = false;
        link_each(resume);
    }
    while (denali_uplink(DENALI_UPLINK_OPERATION_NEXT, DENALI_UPLINK_HANDLE_DEVICE, &event, sizeof event) == 1)
        attend(&event);
}

void services_start(void) {
    dhcp_service_start();
    name_service_start();
}
