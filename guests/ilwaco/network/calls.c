/* The system calls over sockets: addresses in and out, options, and messages in pieces. */
#define _GNU_SOURCE
#include "heap.h"
#include "socket.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

struct socket *socket_of(int descriptor, long *error);
long stream_listen(struct socket *socket, int backlog);
long stream_accept(struct file *file, int flags);
long stream_shutdown(struct socket *socket, int how);

long system_socket(int domain, int type, int protocol) {
    (void)protocol;
    if (domain != AF_INET) return -EAFNOSUPPORT;
    int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return -EPROTONOSUPPORT;
    struct socket *socket = kind == SOCK_STREAM ? stream_create() : datagram_create();
    if (!socket) return -ENOBUFS;
    long described = socket_describe(socket, type);
    if (described < 0) socket->operations->close(socket);
    return described;
}

static long read_address(const struct sockaddr_in *from, unsigned size, ip_addr_t *address, uint16_t *port) {
    if (!from || size < sizeof *from) return -EINVAL;
    if (from->sin_family != AF_INET) return -EAFNOSUPPORT;
    ip_addr_set_ip4_u32(address, from->sin_addr.s_addr);
    *port = lwip_ntohs(from->sin_port);
    return 0;
}

static void write_address(const ip_addr_t *address, uint16_t port, struct sockaddr *to, socklen_t *size) {
    if (!to || !size) return;
    struct sockaddr_in full = {.sin_family = AF_INET, .sin_port = lwip_htons(port)};
    full.sin_addr.s_addr = ip_addr_get_ip4_u32(address);
    memcpy(to, &full, *size < sizeof full ? *size : sizeof full);
    *size = sizeof full;
}

long system_bind(int descriptor, const struct sockaddr_in *where, unsigned size) {
    long error;
    ip_addr_t address;
    uint16_t port = 0;
    struct socket *socket = socket_of(descriptor, &error);
    if (socket) error = read_address(where, size, &address, &port);
    return error ? error : socket->operations->bind(socket, &address, port);
}

long system_connect(int descriptor, const struct sockaddr_in *where, unsigned size) {
    long error;
    ip_addr_t address;
    uint16_t port = 0;
    struct socket *socket = socket_of(descriptor, &error);
    if (socket) error = read_address(where, size, &address, &port);
    return error ? error : socket->operations->connect(file_of(descriptor), &address, port);
}

long system_listen(int descriptor, int backlog) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    return socket->operations == &stream_operations ? stream_listen(socket, backlog) : -EOPNOTSUPP;
}

long system_accept4(int descriptor, struct sockaddr *peer, socklen_t *size, int flags) {
    long error;
    struct socket *listener = socket_of(descriptor, &error);
    if (!listener) return error;
    if (listener->operations != &stream_operations) return -EOPNOTSUPP;
    long described = stream_accept(file_of(descriptor), flags);
    if (described < 0) return described;
    struct socket *accepted = socket_of((int)described, &error);
    write_address(&accepted->peer.address, accepted->peer.port, peer, size);
    return described;
}

long system_getsockname(int descriptor, struct sockaddr *name, socklen_t *size) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    if (socket->tcp) write_address(&socket->tcp->local_ip, socket->tcp->local_port, name, size);
    else if (socket->udp) write_address(&socket->udp->local_ip, socket->udp->local_port, name, size);
    else write_address(&socket->own.address, socket->own.port, name, size);
    return 0;
}

long system_getpeername(int descriptor, struct sockaddr *name, socklen_t *size) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    if (socket->state != SOCKET_CONNECTED) return -ENOTCONN;
    if (socket->udp) write_address(&socket->udp->remote_ip, socket->udp->remote_port, name, size);
    else write_address(&socket->peer.address, socket->peer.port, name, size);
    return 0;
}

long system_shutdown(int descriptor, int how) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
    return socket->tcp || socket->operations == &stream_operations ? stream_shutdown(socket, how) : 0;
}

/* ---- Options ---- */

static long get_number(struct socket *socket, int level, int option) {
    bool stream = socket->operations == &stream_operations;
    if (level == IPPROTO_TCP) return stream && socket->tcp && option == TCP_NODELAY ? tcp_nagle_disabled(socket->tcp) : 0;
    if (level != SOL_SOCKET) return 0;
    switch (option) {
    case SO_ERROR: {
        int error = socket->error;
        socket->error = 0;
        return error;
    }
    case SO_TYPE: return stream ? SOCK_STREAM : SOCK_DGRAM;
    case SO_ACCEPTCONN: return socket->state == SOCKET_LISTENING;
    case SO_SNDBUF: return TCP_SND_BUF;
    case SO_RCVBUF: return TCP_WND;
    case SO_DOMAIN: return AF_INET;
    default: return 0;
    }
}

/* Hands out as much of an option as there is room for. */
static long give(const void *option, socklen_t length, void *value, socklen_t *size) {
    if (*size > length) *size = length;
    memcpy(value, option, *size);
    return 0;
}

/* A struct timeval, as set_duration() takes it. */
static long give_duration(uint64_t duration, void *value, socklen_t *size) {
    int64_t seconds = (int64_t)(duration / SECOND), rest = (int64_t)(duration % SECOND / MICROSECOND);
    const int64_t full[] = {seconds, rest};
    const int32_t half[] = {(int32_t)seconds, (int32_t)rest};
    return *size >= sizeof full ? give(full, sizeof full, value, size) : give(half, sizeof half, value, size);
}

long system_getsockopt(int descriptor, int level, int option, void *value, socklen_t *size) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    if (level == IPPROTO_TCP && option == TCP_INFO) return -ENOPROTOOPT;
    if (level == SOL_SOCKET && option == SO_RCVTIMEO) return give_duration(socket->receive_timeout, value, size);
    if (level == SOL_SOCKET && option == SO_SNDTIMEO) return give_duration(socket->send_timeout, value, size);
    if (level == SOL_SOCKET && option == SO_LINGER) return give(&(struct linger){0}, sizeof(struct linger), value, size);
    int number = (int)get_number(socket, level, option);
    return give(&number, sizeof number, value, size);
}

static void set_flag(struct socket *socket, uint8_t flag, bool on) {
    uint8_t *options = socket->tcp ? &socket->tcp->so_options : socket->udp ? &socket->udp->so_options : NULL;
    if (options) *options = on ? *options | flag : *options & (uint8_t)~flag;
}

static void set_stream_option(struct socket *socket, int option, int number) {
    if (!socket->tcp || socket->state == SOCKET_LISTENING) return;
    if (option == TCP_NODELAY && number) tcp_nagle_disable(socket->tcp);
    if (option == TCP_NODELAY && !number) tcp_nagle_enable(socket->tcp);
    if (option == TCP_KEEPIDLE) socket->tcp->keep_idle = (u32_t)number * 1000;
    if (option == TCP_KEEPINTVL) socket->tcp->keep_intvl = (u32_t)number * 1000;
    if (option == TCP_KEEPCNT) socket->tcp->keep_cnt = (u32_t)number;
}

/* So many seconds are for ever. */
#define FOREVER INT32_MAX

/* A struct timeval of musl: 64-bit seconds, or 32-bit ones in the calls that it falls back to. 0 for no limit. */
static long set_duration(uint64_t *duration, const void *value, socklen_t size) {
    if (size < 2 * sizeof(int32_t)) return -EINVAL;
    const int64_t *full = value;
    const int32_t *half = value;
    bool whole = size >= sizeof(struct timeval);
    int64_t seconds = whole ? full[0] : half[0], rest = whole ? full[1] : half[1];
    if (rest < 0 || rest >= 1000000) return -EDOM;
    if (seconds < 0) seconds = 0, rest = 1; /* Hardly at all. */
    *duration = seconds >= FOREVER ? 0 : (uint64_t)seconds * SECOND + (uint64_t)rest * MICROSECOND;
    return 0;
}

/* Options that change nothing here, such as buffer sizes, are accepted: servers set them and go on. */
long system_setsockopt(int descriptor, int level, int option, const void *value, socklen_t size) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    if (level == IPPROTO_IP) return 0; /* Some of its options are bytes. */
    if (size < sizeof(int)) return -EINVAL;
    int number = *(const int *)value;
    if (level == IPPROTO_TCP) return set_stream_option(socket, option, number), 0;
    if (level != SOL_SOCKET) return 0;
    if (option == SO_REUSEADDR) set_flag(socket, SOF_REUSEADDR, number);
    if (option == SO_KEEPALIVE) set_flag(socket, SOF_KEEPALIVE, number);
    if (option == SO_RCVTIMEO) return set_duration(&socket->receive_timeout, value, size);
    if (option == SO_SNDTIMEO) return set_duration(&socket->send_timeout, value, size);
    return 0;
}

/* ---- Messages ---- */

long system_sendto(int descriptor, const void *bytes, size_t length, int flags, const struct sockaddr_in *to,
                   unsigned size) {
    long error;
    ip_addr_t address;
    uint16_t port = 0;
    struct socket *socket = socket_of(descriptor, &error);
    if (socket && to) error = read_address(to, size, &address, &port);
    if (error) return error;
    struct file *file = file_of(descriptor);
    file_acquire(file);
    long count = socket->operations->send(file, bytes, length, flags, to ? &address : NULL, port);
    file_release(file);
    return count;
}

static long receive(int descriptor, void *bytes, size_t length, int flags, struct sockaddr *from, socklen_t *size,
                    size_t *whole) {
    long error;
    ip_addr_t address;
    uint16_t port = 0;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket) return error;
    struct file *file = file_of(descriptor);
    bool stream = socket->operations == &stream_operations;
    file_acquire(file);
    long count = socket->operations->receive(file, bytes, length, flags, &address, &port, whole);
    if (count >= 0 && size && stream) *size = 0;
    if (count >= 0 && !stream) write_address(&address, port, from, size);
    file_release(file);
    return count;
}

long system_recvfrom(int descriptor, void *bytes, size_t length, int flags, struct sockaddr *from, socklen_t *size) {
    size_t whole;
    return receive(descriptor, bytes, length, flags, from, size, &whole);
}

/* Pieces go through one buffer: a datagram is sent and received whole. */
static long total_length(const struct msghdr *message) {
    size_t total = 0;
    for (int i = 0; i < message->msg_iovlen; i++) total += message->msg_iov[i].iov_len;
    return total > INT_MAX ? -EINVAL : (long)total;
}

long system_sendmsg(int descriptor, const struct msghdr *message, int flags) {
    long total = total_length(message);
    if (total < 0) return total;
    uint8_t *buffer = heap_allocate((size_t)total + 1);
    if (!buffer) return -ENOBUFS;
    size_t filled = 0;
    for (int i = 0; i < message->msg_iovlen; i++) {
        memcpy(buffer + filled, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
        filled += message->msg_iov[i].iov_len;
    }
    long count = system_sendto(descriptor, buffer, filled, flags, message->msg_name, message->msg_namelen);
    heap_free(buffer);
    return count;
}

long system_recvmsg(int descriptor, struct msghdr *message, int flags) {
    long total = total_length(message);
    if (total < 0) return total;
    uint8_t *buffer = heap_allocate((size_t)total + 1);
    if (!buffer) return -ENOBUFS;
    size_t whole = 0;
    long count = receive(descriptor, buffer, (size_t)total, flags, message->msg_name,
                         message->msg_name ? &message->msg_namelen : NULL, &whole);
    message->msg_flags = count >= 0 && whole > (size_t)total ? MSG_TRUNC : 0;
    message->msg_controllen = 0;
    size_t copied = 0, available = count > 0 ? (size_t)count : 0;
    if (available > (size_t)total) available = (size_t)total;
    for (int i = 0; i < message->msg_iovlen && copied < available; i++) {
        size_t part = message->msg_iov[i].iov_len < available - copied ? message->msg_iov[i].iov_len : available - copied;
        memcpy(message->msg_iov[i].iov_base, buffer + copied, part);
        copied += part;
    }
    heap_free(buffer);
    return count;
}

/*
 * What read(), write() and their like do with a socket that carries messages: all pieces are one message. False for other files,
 * which know no messages.
 */
bool socket_transfer(int descriptor, const struct iovec *pieces, int count, bool writing, long *result) {
    long error;
    struct socket *socket = socket_of(descriptor, &error);
    if (!socket || socket->operations != &datagram_operations) return false;
    struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = count};
    long total = total_length(&message);
    if (total < 0) *result = total;
    else if (writing)
        *result = count == 1 ? system_sendto(descriptor, pieces[0].iov_base, pieces[0].iov_len, 0, NULL, 0)
                             : system_sendmsg(descriptor, &message, 0);
    else if (total == 0) *result = 0; /* Nothing is taken, unlike with recv(). */
    else
        *result = count == 1 ? system_recvfrom(descriptor, pieces[0].iov_base, pieces[0].iov_len, 0, NULL, NULL)
                             : system_recvmsg(descriptor, &message, 0);
    return true;
}
