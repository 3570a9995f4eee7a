/* TCP sockets over lwIP's raw interface: its callbacks note what happened and wake those that wait. */
#include "deadlines.h"
#include "heap.h"
#include "pressure.h"
#include "signals.h"
#include "socket.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* ---- What lwIP tells ---- */

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
    struct socket *socket = argument;
    (void)pcb;
    (void)error;
    if (packet) packet = pressure_compact(packet);
    if (!packet) socket->read_shut = true;
    else if (socket->received) pbuf_cat(socket->received, packet);
    else socket->received = packet;
    file_changed(socket);
    return ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t length) {
    (void)pcb;
    (void)length;
    file_changed(argument);
    return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
    struct socket *socket = argument;
    (void)pcb;
    (void)error;
    socket->state = SOCKET_CONNECTED;
    file_changed(socket);
    return ERR_OK;
}

/* The connection is no more, and neither is lwIP's record of it. */
static void on_error(void *argument, err_t error) {
    struct socket *socket = argument;
    socket->tcp = NULL;
    socket->error = socket->state == SOCKET_CONNECTING && error == ERR_RST ? ECONNREFUSED
                    : error == ERR_ABRT                                    ? ETIMEDOUT
                                                                           : -error_of(error);
    socket->state = SOCKET_ENDED;
    socket->read_shut = true;
    file_changed(socket);
}

static void attach(struct socket *socket, struct tcp_pcb *pcb) {
    socket->tcp = pcb;
    tcp_arg(pcb, socket);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
}

static struct socket *create(struct tcp_pcb *pcb) {
    struct socket *socket = heap_allocate_zeroed(sizeof *socket);
    if (!socket) return NULL;
    socket->operations = &stream_operations;
    attach(socket, pcb);
    return socket;
}

struct socket *stream_create(void) {
    struct tcp_pcb *pcb = tcp_new();
    struct socket *socket = pcb ? create(pcb) : NULL;
    if (pcb && !socket) tcp_abort(pcb);
    return socket;
}

/* Where lwIP keeps the socket of a connection that is being opened. */
#define OPENING 0

/*
 * A connection's socket is made when the connection is asked for. Where there is no memory for it the request is not answered
 * and will be repeated; later, the connection would have to be ended.
 */
static err_t on_asked(u8_t id, struct tcp_pcb_listen *listener, struct tcp_pcb *pcb) {
    struct socket *socket = heap_allocate_zeroed(sizeof *socket);
    if (!socket) return ERR_MEM;
    tcp_ext_arg_set_callbacks(pcb, id, listener->ext_args[id].callbacks);
    tcp_ext_arg_set(pcb, id, socket);
    return ERR_OK;
}

static void on_destroyed(u8_t id, void *socket) {
    (void)id;
    heap_free(socket);
}

static const struct tcp_ext_arg_callbacks opening = {.passive_open = on_asked, .destroy = on_destroyed};

/* A connection to a listening socket waits there until it is accepted; the backlog counts it until then. */
static err_t on_accepted(void *argument, struct tcp_pcb *pcb, err_t error) {
    struct socket *listener = argument;
    if (error != ERR_OK || !pcb) return ERR_VAL;
    struct socket *socket = tcp_ext_arg_get(pcb, OPENING);
    tcp_ext_arg_set(pcb, OPENING, NULL);
    socket->operations = &stream_operations;
    attach(socket, pcb);
    socket->state = SOCKET_CONNECTED;
    tcp_backlog_delayed(pcb);
    struct socket **last = &listener->waiting;
    while (*last) last = &(*last)->next_waiting;
    *last = socket;
    file_changed(listener);
    return ERR_OK;
}

/* ---- What programs want ---- */

static long stream_bind(struct socket *socket, const ip_addr_t *address, uint16_t port) {
    return socket->state == SOCKET_OPEN ? error_of(tcp_bind(socket->tcp, address, port)) : -EINVAL;
}

long stream_listen(struct socket *socket, int backlog) {
    if (socket->state == SOCKET_LISTENING) return 0;
    if (socket->state != SOCKET_OPEN) return -EINVAL;
    u8_t places = (u8_t)(backlog < 1 ? 1 : backlog > 255 ? 255 : backlog);
    struct tcp_pcb *listener = tcp_listen_with_backlog(socket->tcp, places);
    if (!listener) return -EADDRINUSE;
    socket->tcp = listener;
    socket->state = SOCKET_LISTENING;
    tcp_accept(listener, on_accepted);
    tcp_ext_arg_set_callbacks(listener, OPENING, &opening);
    return 0;
}

/* A descriptor for the next connection to a listening socket, or an error. Where none can be made the connection still waits. */
long stream_accept(struct file *file, int flags) {
    struct socket *listener = file->object;
    if (listener->state != SOCKET_LISTENING) return -EINVAL;
    while (!listener->waiting || pressure_forbids_accepting()) {
        long error = socket_wait(file, 0, socket_deadline(listener->receive_timeout));
        if (error) return error;
    }
    struct socket *socket = listener->waiting;
    long descriptor = socket_describe(socket, flags);
    if (descriptor < 0) return descriptor;
    listener->waiting = socket->next_waiting;
    socket->next_waiting = NULL;
    if (socket->tcp) tcp_backlog_accepted(socket->tcp);
    return descriptor;
}

static long take_error(struct socket *socket, long otherwise) {
    long error = socket->error ? -socket->error : otherwise;
    socket->error = 0;
    return error;
}

static long stream_connect(struct file *file, const ip_addr_t *address, uint16_t port) {
    struct socket *socket = file->object;
    if (socket->state == SOCKET_CONNECTING) return -EALREADY;
    if (socket->state == SOCKET_CONNECTED) return -EISCONN;
    if (socket->state != SOCKET_OPEN) return take_error(socket, -EINVAL);
    err_t refused = tcp_connect(socket->tcp, address, port, on_connected);
    if (refused != ERR_OK) return error_of(refused);
    socket->state = SOCKET_CONNECTING;
    if (file->flags & O_NONBLOCK) return -EINPROGRESS;
    while (socket->state == SOCKET_CONNECTING) {
        long error = socket_wait(file, 0, NEVER);
        if (error) return error;
    }
    return socket->state == SOCKET_CONNECTED ? 0 : take_error(socket, -ECONNREFUSED);
}

static long broken_pipe(int flags) {
    if (!(flags & MSG_NOSIGNAL)) signal_send(current_thread, SIGPIPE);
    return -EPIPE;
}

/* Hands lwIP what it has room for; 0 when it has none. */
static long offer(struct socket *socket, const uint8_t *bytes, size_t size, bool more) {
    size_t room = pressure_room(socket->tcp), count = size < room ? size : room;
    if (count == 0 || tcp_sndqueuelen(socket->tcp) >= TCP_SND_QUEUELEN) return 0;
    err_t error = tcp_write(socket->tcp, bytes, (u16_t)count, TCP_WRITE_FLAG_COPY | (more ? TCP_WRITE_FLAG_MORE : 0));
    return error == ERR_OK ? (long)count : error == ERR_MEM ? 0 : error_of(error);
}

static long stream_send(struct file *file, const void *bytes, size_t size, int flags, const ip_addr_t *address,
                        uint16_t port) {
    struct socket *socket = file->object;
    (void)address;
    (void)port;
    uint64_t deadline = socket_deadline(socket->send_timeout);
    size_t done = 0;
    while (done < size || size == 0) {
        if (socket->error) return done ? (long)done : take_error(socket, 0);
        if (socket->state == SOCKET_CONNECTING) return -EAGAIN;
        if (socket->state == SOCKET_OPEN || socket->state == SOCKET_LISTENING) return -ENOTCONN;
        if (socket->write_shut || !socket->tcp) return done ? (long)done : broken_pipe(flags);
        long count = offer(socket, (const uint8_t *)bytes + done, size - done, flags & MSG_MORE);
        if (count < 0) return done ? (long)done : count;
        if (count > 0) done += (size_t)count;
        if (done >= size) break;
        tcp_output(socket->tcp);
        long error = socket_wait(file, flags, deadline);
        if (error) return done ? (long)done : error;
    }
    if (socket->tcp && !(flags & MSG_MORE)) tcp_output(socket->tcp);
    return (long)done;
}

/* Takes bytes from the front of what was received. */
static size_t take(struct socket *socket, uint8_t *bytes, size_t size, bool peek) {
    size_t count = pbuf_copy_partial(socket->received, bytes, (u16_t)(size > 0xffff ? 0xffff : size), socket->offset);
    if (peek) return count;
    size_t used = socket->offset + count;
    while (socket->received && used >= socket->received->len) {
        struct pbuf *first = socket->received;
        used -= first->len;
        socket->received = first->next;
        if (socket->received) pbuf_ref(socket->received);
        pbuf_free(first);
    }
    socket->offset = (uint16_t)used;
    if (socket->tcp) tcp_recved(socket->tcp, (u16_t)count);
    return count;
}

static long stream_receive(struct file *file, void *bytes, size_t size, int flags, ip_addr_t *address, uint16_t *port,
                           size_t *whole) {
    struct socket *socket = file->object;
    (void)address;
    (void)port;
    uint64_t deadline = socket_deadline(socket->receive_timeout);
    size_t done = 0;
    if (socket->state == SOCKET_OPEN || socket->state == SOCKET_LISTENING) return -ENOTCONN;
    while (done < size) {
        if (socket->received) {
            done += take(socket, (uint8_t *)bytes + done, size - done, flags & MSG_PEEK);
            if (!(flags & MSG_WAITALL) || flags & MSG_PEEK) break;
            continue;
        }
        if (done && !(flags & MSG_WAITALL)) break;
        if (socket->error && !done) return take_error(socket, 0);
        if (socket->read_shut) break;
        long error = socket_wait(file, flags, deadline);
        if (error) return done ? (long)done : error;
    }
    *whole = done;
    return (long)done;
}

static int stream_poll(struct socket *socket) {
    if (socket->state == SOCKET_LISTENING) return socket->waiting && !pressure_forbids_accepting() ? POLLIN : 0;
    if (socket->state == SOCKET_OPEN) return POLLOUT | POLLHUP;
    int ready = socket->received || socket->read_shut ? POLLIN : 0;
    if (socket->error) ready |= POLLERR;
    if (!socket->tcp || (socket->read_shut && socket->write_shut)) ready |= POLLHUP | POLLOUT;
    else if (socket->state == SOCKET_CONNECTED && tcp_sndbuf(socket->tcp) >= TCP_SND_BUF / 3 &&
             tcp_sndqueuelen(socket->tcp) < TCP_SND_QUEUELEN * 3 / 4 && pressure_room(socket->tcp) > 0)
        ready |= POLLOUT;
    if (socket->read_shut) ready |= POLLRDHUP;
    return ready;
}

long stream_shutdown(struct socket *socket, int how) {
    if (socket->state != SOCKET_CONNECTED) return -ENOTCONN;
    bool reading = how != SHUT_WR, writing = how != SHUT_RD;
    if (writing && socket->tcp && !socket->write_shut) tcp_shutdown(socket->tcp, 0, 1);
    socket->write_shut |= writing;
    socket->read_shut |= reading;
    file_changed(socket);
    return 0;
}

/* Bytes that were written are still sent; lwIP resets the connection if there are some that nobody read, as TCP wants. */
static void stream_close(struct socket *socket) {
    for (struct socket *waiting = socket->waiting, *next; waiting; waiting = next) {
        next = waiting->next_waiting;
        if (waiting->tcp) tcp_backlog_accepted(waiting->tcp);
        stream_close(waiting);
    }
    if (socket->received) pbuf_free(socket->received);
    struct tcp_pcb *pcb = socket->tcp;
    if (pcb) {
        tcp_arg(pcb, NULL);
        if (socket->state != SOCKET_LISTENING) {
            tcp_recv(pcb, NULL);
            tcp_sent(pcb, NULL);
            tcp_err(pcb, NULL);
        }
        if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
    }
    heap_free(socket);
}

const struct socket_operations stream_operations = {.bind = stream_bind,
                                                    .connect = stream_connect,
                                                    .send = stream_send,
                                                    .receive = stream_receive,
                                                    .poll = stream_poll,
                                                    .close = stream_close};
