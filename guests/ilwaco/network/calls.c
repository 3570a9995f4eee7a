/* The system calls over sockets: addresses in and out, and messages in pieces. */
#define _GNU_SOURCE
#include "heap.h"
#include "stream.h"
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

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
