/* UDP sockets. */
#include "heap.h"
#include "network.h"
#include "pressure.h"
#include "socket.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Bytes of memory that datagrams may take which wait to be read; later ones are lost, as anywhere. Where memory is short it
 * is less, one datagram at least: whoever reads them goes on, and whoever sends them takes it from nobody.
 */
#define MAXIMUM_WAITING (128u * 1024)

#define HEADERS 28u
/* Bytes of a datagram that a frame takes, of several. */
#define FRAGMENT 1480u

static bool is_kept(const struct socket *socket, size_t memory) {
    if (!socket->datagrams) return true;
    size_t unread = socket->datagram_memory + memory;
    return unread <= MAXIMUM_WAITING && !pressure_forbids_keeping(unread);
}

static size_t memory_of(const struct pbuf *contents) { return sizeof(struct datagram) + pressure_memory_of(contents); }

static void on_received(void *argument, struct udp_pcb *pcb, struct pbuf *contents, const ip_addr_t *address, u16_t port) {
    struct socket *socket = argument;
    (void)pcb;
    contents = pressure_compact(contents);
    size_t memory = memory_of(contents);
    struct datagram *datagram = is_kept(socket, memory) ? heap_allocate(sizeof *datagram) : NULL;
    if (!datagram) {
        pbuf_free(contents);
        return;
    }
    *datagram = (struct datagram){NULL, contents, *address, port};
    struct datagram **last = &socket->datagrams;
    while (*last) last = &(*last)->next;
    *last = datagram;
    socket->datagram_memory += memory;
    file_changed(socket);
}

struct socket *datagram_create(void) {
    struct socket *socket = heap_allocate_zeroed(sizeof *socket);
    if (!socket) return NULL;
    socket->operations = &datagram_operations;
    socket->udp = udp_new();
    if (!socket->udp) {
        heap_free(socket);
        return NULL;
    }
    ip_set_option(socket->udp, SOF_BROADCAST);
    udp_recv(socket->udp, on_received, socket);
    return socket;
}

static long datagram_bind(struct socket *socket, const ip_addr_t *address, uint16_t port) {
    return error_of(udp_bind(socket->udp, address, port));
}

static long datagram_connect(struct file *file, const ip_addr_t *address, uint16_t port) {
    struct socket *socket = file->object;
    long error = error_of(udp_connect(socket->udp, address, port));
    if (!error) socket->state = SOCKET_CONNECTED;
    return error;
}

/* Waits until a datagram's frames have room on their way out; a part of them would be sent for nothing. */
static long wait_for_room(struct file *file, size_t size, int flags) {
    struct socket *socket = file->object;
    uint64_t deadline = socket_deadline(socket->send_timeout);
    while (network_room() < (size + HEADERS) / FRAGMENT + 1) {
        if (flags & MSG_DONTWAIT) return -EAGAIN;
        long error = file_wait(file, &network_room_channel, deadline);
        if (error) return error;
    }
    return 0;
}

static long datagram_send(struct file *file, const void *bytes, size_t size, int flags, const ip_addr_t *address,
                          uint16_t port) {
    struct socket *socket = file->object;
    if (!address && socket->state != SOCKET_CONNECTED) return -EDESTADDRREQ;
    if (size > 0xffff - HEADERS) return -EMSGSIZE;
    long impossible = wait_for_room(file, size, flags);
    if (impossible) return impossible;
    struct pbuf *contents = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);
    if (!contents) return -ENOBUFS;
    pbuf_take(contents, bytes, (u16_t)size);
    err_t error = address ? udp_sendto(socket->udp, contents, address, port) : udp_send(socket->udp, contents);
    pbuf_free(contents);
    return error == ERR_OK ? (long)size : error_of(error);
}

static void drop_first(struct socket *socket) {
    struct datagram *datagram = socket->datagrams;
    socket->datagrams = datagram->next;
    socket->datagram_memory -= memory_of(datagram->contents);
    pbuf_free(datagram->contents);
    heap_free(datagram);
}

static long datagram_receive(struct file *file, void *bytes, size_t size, int flags, ip_addr_t *address, uint16_t *port,
                             size_t *whole) {
    struct socket *socket = file->object;
    uint64_t deadline = socket_deadline(socket->receive_timeout);
    while (!socket->datagrams) {
        if (socket->read_shut) return 0;
        long error = socket_wait(file, flags, deadline);
        if (error) return error;
    }
    struct datagram *datagram = socket->datagrams;
    size_t count = pbuf_copy_partial(datagram->contents, bytes, (u16_t)(size > 0xffff ? 0xffff : size), 0);
    *address = datagram->address;
    *port = datagram->port;
    *whole = datagram->contents->tot_len;
    if (!(flags & MSG_PEEK)) drop_first(socket);
    return (long)(flags & MSG_TRUNC ? *whole : count);
}

static int datagram_poll(struct socket *socket) {
    return (network_room() >= LARGEST_DATAGRAM_FRAMES ? POLLOUT : 0) | (socket->datagrams ? POLLIN : 0);
}

static size_t datagram_readable(struct socket *socket) { return socket->datagrams ? socket->datagrams->contents->tot_len : 0; }

static void datagram_close(struct socket *socket) {
    while (socket->datagrams) drop_first(socket);
    udp_remove(socket->udp);
    heap_free(socket);
}

const struct socket_operations datagram_operations = {.bind = datagram_bind,
                                                      .connect = datagram_connect,
                                                      .send = datagram_send,
                                                      .receive = datagram_receive,
                                                      .poll = datagram_poll,
                                                      .close = datagram_close,
                                                      .readable = datagram_readable};
