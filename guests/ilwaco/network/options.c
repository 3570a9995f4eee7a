/* The options of sockets. */
#define _GNU_SOURCE
#include "socket.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

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
