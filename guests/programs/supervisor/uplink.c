/*
 * Connections between the uplink device and guests: what comes from outside is connected to the VM that the port is published
 * for; what a guest sends out (outbound.c) is carried likewise. Each is a link with two ends, and neither end is read faster
 * than the other is written: bytes wait where they came from.
 */
#include "denali.h"
#include "links.h"
#include "services.h"
#include <stdlib.h>
#include <string.h>

void *heap_allocate_zeroed(size_t size);
void heap_free(void *memory);

#define BUCKETS 256u
/* Segments that TCP may still take before it is asked to wait: each piece needs a handful. */
#define QUEUE_RESERVE 16u

uint32_t links_open, links_total;
static struct link *buckets[BUCKETS];
static uint8_t piece[PIECE];

static struct link **place_of(uint32_t handle) {
    struct link **place = &buckets[handle % BUCKETS];
    while (*place && (*place)->handle != handle) place = &(*place)->next;
    return place;
}

struct link *link_add(uint32_t handle) {
    struct link *link = heap_allocate_zeroed(sizeof *link);
    if (!link) return NULL;
    link->handle = handle;
    *place_of(handle) = link;
    links_open++;
    links_total++;
    return link;
}

/* Ends a link at both ends; the guest's connection is broken unless it is finished already. */
static void drop(struct link *link) {
    *place_of(link->handle) = link->next;
    denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, link->handle, NULL, 0);
    if (link->tcp) {
        tcp_arg(link->tcp, NULL);
        tcp_err(link->tcp, NULL);
        tcp_abort(link->tcp);
    }
    if (link->outgoing) outbound_forget(link);
    else if (link->udp) udp_remove(link->udp);
    if (link->held) pbuf_free(link->held);
    heap_free(link);
    links_open--;
}

/* Both sides have said all they had to say and it has all been handed on. */
static bool is_done(const struct link *link) { return link->outside_ended && link->guest_ended && !link->held; }

static void finish(struct link *link) {
    struct tcp_pcb *tcp = link->tcp;
    if (tcp) {
        tcp_arg(tcp, NULL);
        tcp_recv(tcp, NULL);
        tcp_sent(tcp, NULL);
        tcp_err(tcp, NULL);
        if (tcp_close(tcp) == ERR_OK) link->tcp = NULL;
    }
    drop(link);
}

/* Hands on what the guest sent. False when the link is gone. */
static bool push_out(struct link *link) {
    while (link->held) {
        struct pbuf *first = link->held;
        int32_t sent = denali_uplink(DENALI_UPLINK_OPERATION_SEND, link->handle, first->payload, first->len);
        if (sent == DENALI_ERROR_AGAIN) return true;
        if (sent < 0) {
            drop(link);
            return false;
        }
        if (link->tcp) tcp_recved(link->tcp, first->len);
        link->held = pbuf_free_header(first, first->len);
    }
    if (link->guest_ended) denali_uplink(DENALI_UPLINK_OPERATION_FINISH, link->handle, NULL, 0);
    return true;
}

/* Hands on what came from outside, as far as TCP takes it. False when the link is gone. */
static bool push_in(struct link *link) {
    struct tcp_pcb *tcp = link->tcp;
    while (!link->outside_ended) {
        uint32_t room = tcp_sndbuf(tcp);
        if (room == 0 || tcp_sndqueuelen(tcp) + QUEUE_RESERVE > TCP_SND_QUEUELEN) break;
        int32_t length =
            denali_uplink(DENALI_UPLINK_OPERATION_RECEIVE, link->handle, piece, room < PIECE ? room : PIECE);
        if (length == DENALI_ERROR_AGAIN) break;
        link->outside_ended = length == 0;
        err_t error = length < 0    ? ERR_CONN
                      : length == 0 ? tcp_shutdown(tcp, 0, 1)
                                    : tcp_write(tcp, piece, (u16_t)length, TCP_WRITE_FLAG_COPY);
        if (error != ERR_OK) {
            drop(link);
            return false;
        }
    }
    if (tcp) tcp_output(tcp);
    return true;
}

/* What lwIP must be told when the connection was aborted in its own callback. */
static err_t settled(struct link *link, bool alive) {
    if (!alive) return ERR_ABRT;
    if (!is_done(link)) return ERR_OK;
    finish(link);
    return ERR_OK;
}

static err_t on_received(void *argument, struct tcp_pcb *tcp, struct pbuf *packet, err_t error) {
    struct link *link = argument;
    (void)tcp;
    (void)error;
    if (!packet) link->guest_ended = true;
    else if (link->held) pbuf_cat(link->held, packet);
    else link->held = packet;
    return settled(link, push_out(link));
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
    link->connected = true;
    return settled(link, push_in(link));
}

/* The connection is gone, and with it lwIP's record of it. One that was closed in order may have left bytes to hand on. */
static void on_error(void *argument, err_t error) {
    struct link *link = argument;
    link->tcp = NULL;
    if (error != ERR_CLSD || !link->held) drop(link);
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
    denali_uplink(DENALI_UPLINK_OPERATION_SEND, link->handle, piece, length);
    pbuf_free(packet);
}

static void on_datagram(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    (void)udp;
    (void)from;
    (void)port;
    link_send_out(argument, packet);
}

/* A VM's address is 10 and its number. */
static bool address_of(const char *name, ip_addr_t *address) {
    uint32_t number = vm_number(name);
    IP_ADDR4(address, 10, number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
    return number != 0;
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
    struct link *link = link_add(event->handle);
    ip_addr_t address;
    if (!link) {
        denali_uplink(DENALI_UPLINK_OPERATION_CLOSE, event->handle, NULL, 0);
        return;
    }
    bool stream = event->kind == DENALI_UPLINK_KIND_STREAM;
    if (!address_of(event->name, &address) ||
        !(stream ? connect_stream : connect_datagrams)(link, &address, (uint16_t)event->port))
        drop(link);
}

static void send_datagrams(struct link *link) {
    int32_t length;
    while ((length = denali_uplink(DENALI_UPLINK_OPERATION_RECEIVE, link->handle, piece, sizeof piece)) > 0) {
        struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);
        if (!packet) continue; /* Lost, as datagrams are. */
        pbuf_take(packet, piece, (u16_t)length);
        if (link->outgoing) udp_sendto(link->udp, packet, &link->guest, link->guest_port);
        else udp_send(link->udp, packet);
        pbuf_free(packet);
    }
}

static void attend(const struct denali_uplink_event *event) {
    if (event->name[0] == '\0') {
        control_attend(event);
        return;
    }
    struct link *link = *place_of(event->handle);
    if (!link && event->flags & DENALI_UPLINK_FLAG_OPENED) {
        connect_inside(event);
        link = *place_of(event->handle);
    }
    if (!link) return;
    if (event->flags & DENALI_UPLINK_FLAG_CLOSED) drop(link);
    else if (link->udp) send_datagrams(link);
    else if (push_out(link) && (!link->connected || push_in(link)) && is_done(link)) finish(link);
}

void uplink_poll(void) {
    struct denali_uplink_event event;
    outbound_poll();
    while (denali_uplink(DENALI_UPLINK_OPERATION_NEXT, DENALI_UPLINK_HANDLE_DEVICE, &event, sizeof event) == 1)
        attend(&event);
}

void services_start(void) {
    dhcp_service_start();
    name_service_start();
}
