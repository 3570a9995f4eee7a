/* TCP sockets over lwIP's raw interface: what programs want of them. */
#include "stream.h"
#include "heap.h"
#include "pressure.h"
#include "signals.h"
#include <errno.h>
#include <fcntl.h>
#include <lwip/priv/tcp_priv.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

static struct tcp_pcb *new_record(void) {
    struct tcp_pcb *pcb = tcp_new();
    if (pcb) stream_expect_answers(pcb);
    return pcb;
}

static struct socket *create(struct tcp_pcb *pcb) {
    struct socket *socket = heap_allocate_zeroed(sizeof *socket);
    if (!socket) return NULL;
    socket->operations = &stream_operations;
    stream_attach(socket, pcb);
    return socket;
}

struct socket *stream_create(void) {
    struct tcp_pcb *pcb = new_record();
    struct socket *socket = pcb ? create(pcb) : NULL;
    if (pcb && !socket) tcp_abort(pcb);
    return socket;
}

static long stream_bind(struct socket *socket, const ip_addr_t *address, uint16_t port) {
    /* lwIP would take one that is bound into its list twice. */
    if (socket->state != SOCKET_OPEN || socket->tcp->local_port != 0) return -EINVAL;
    return error_of(tcp_bind(socket->tcp, address, port));
}

long stream_listen(struct socket *socket, int backlog) {
    if (socket->state == SOCKET_LISTENING) return 0;
    if (socket->state != SOCKET_OPEN) return -EINVAL;
    u8_t places = (u8_t)(backlog < 1 ? 1 : backlog > 255 ? 255 : backlog);
    struct tcp_pcb *listener = tcp_listen_with_backlog(socket->tcp, places);
    if (!listener) return -EADDRINUSE;
    socket->tcp = listener;
    socket->state = SOCKET_LISTENING;
    stream_prepare_listener(listener);
    return 0;
}

long stream_accept(struct file *file, int flags) {
    struct socket *listener = file->object;
    if (listener->state != SOCKET_LISTENING) return -EINVAL;
    uint64_t deadline = socket_deadline(listener->receive_timeout);
    while (!listener->waiting || pressure_forbids_accepting()) {
        long error = socket_wait(file, 0, deadline);
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

/* A connection that was asked for in vain took lwIP's record with it: there is another for the next. */
static long begin_anew(struct socket *socket) {
    if (socket->error) return take_error(socket, 0);
    struct tcp_pcb *pcb = new_record();
    if (!pcb) return -ENOBUFS;
    stream_attach(socket, pcb);
    socket->state = SOCKET_OPEN;
    socket->read_shut = socket->write_shut = false;
    return 0;
}

static long ask_for_connection(struct socket *socket, const ip_addr_t *address, uint16_t port) {
    long error = socket->state == SOCKET_REFUSED ? begin_anew(socket) : 0;
    if (!error) error = error_of(tcp_connect(socket->tcp, address, port, stream_on_connected));
    if (!error) socket->state = SOCKET_CONNECTING;
    return error;
}

static long stream_connect(struct file *file, const ip_addr_t *address, uint16_t port) {
    struct socket *socket = file->object;
    uint64_t deadline = socket_deadline(socket->send_timeout);
    if (socket->state == SOCKET_CONNECTED) return -EISCONN;
    if (socket->state == SOCKET_ENDED || socket->state == SOCKET_LISTENING) return take_error(socket, -EINVAL);
    bool asked = socket->state == SOCKET_CONNECTING;
    long error = asked ? 0 : ask_for_connection(socket, address, port);
    if (error) return error;
    if (file->flags & O_NONBLOCK) return asked ? -EALREADY : -EINPROGRESS;
    while (socket->state == SOCKET_CONNECTING) {
        error = socket_wait(file, 0, deadline);
        if (error) return error == -EAGAIN ? -EINPROGRESS : error;
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

/* Acknowledgements of the same bytes that have the peer send what comes then (RFC 5681, section 3.2), and one with the new window. */
#define REPETITIONS 4u

/* All is read: takes what lwIP has kept, and has the peer send what was dropped behind it. By itself it would wait ever longer. */
static void ask_for_refused(struct socket *socket) {
    socket->was_refused = false;
    if (socket->tcp->refused_data) tcp_process_refused_data(socket->tcp);
    for (unsigned i = 0; i < REPETITIONS && socket->tcp; i++) tcp_send_empty_ack(socket->tcp);
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
    if (socket->tcp && socket->was_refused && !socket->received) ask_for_refused(socket);
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
    if (socket->tcp) stream_let_go(socket);
    heap_free(socket);
}

static size_t stream_readable(struct socket *socket) {
    size_t bytes = 0;
    for (const struct pbuf *packet = socket->received; packet; packet = packet->next) bytes += packet->len;
    return bytes - socket->offset;
}

const struct socket_operations stream_operations = {.bind = stream_bind,
                                                    .connect = stream_connect,
                                                    .send = stream_send,
                                                    .receive = stream_receive,
                                                    .poll = stream_poll,
                                                    .close = stream_close,
                                                    .readable = stream_readable};
