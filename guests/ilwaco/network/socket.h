/* Sockets: what the system calls share with TCP and UDP. Each kind has a table of operations. */
#ifndef ILWACO_SOCKET_H
#define ILWACO_SOCKET_H

#include "file.h"
#include "params.h"
#include "thread.h"
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>

/* REFUSED: a connection was asked for in vain, and may be asked for again. */
enum socket_state {
    SOCKET_OPEN,
    SOCKET_LISTENING,
    SOCKET_CONNECTING,
    SOCKET_CONNECTED,
    SOCKET_REFUSED,
    SOCKET_ENDED
};

struct endpoint {
    ip_addr_t address;
    uint16_t port;
};

/* A datagram that was received. */
struct datagram {
    struct datagram *next;
    struct pbuf *contents;
    ip_addr_t address;
    uint16_t port;
};

struct socket {
    const struct socket_operations *operations;
    enum socket_state state;
    int error;                /* Error number of what went wrong since it was asked for, 0 for nothing. */
    bool read_shut, write_shut;
    bool was_refused;         /* TCP: there was no memory for bytes that arrived. */
    uint64_t receive_timeout; /* ns, 0 for none. */
    uint64_t send_timeout;
    /*
     * TCP: bytes received and not read, from `offset` on; connections to be accepted; both ends of the connection, also when lwIP
     * has no record of it any more.
     */
    struct tcp_pcb *tcp;
    struct pbuf *received;
    uint16_t offset;
    struct socket *waiting, *next_waiting;
    struct endpoint own, peer;
    /* UDP */
    struct udp_pcb *udp;
    struct datagram *datagrams;
    size_t datagram_memory; /* Bytes of memory that the datagrams take. */
};

/* Answers are 0 or counts, or negated error numbers. A file is at hand where the operation may wait. */
struct socket_operations {
    long (*bind)(struct socket *, const ip_addr_t *, uint16_t port);
    long (*connect)(struct file *, const ip_addr_t *, uint16_t port);
    long (*send)(struct file *, const void *, size_t, int flags, const ip_addr_t *, uint16_t port);
    /* Fills in the sender's address where there is one for each datagram. `whole` is the datagram's full length. */
    long (*receive)(struct file *, void *, size_t, int flags, ip_addr_t *, uint16_t *port, size_t *whole);
    int (*poll)(struct socket *);
    void (*close)(struct socket *);
    size_t (*readable)(struct socket *); /* Bytes that the next read could give. */
};

extern const struct socket_operations stream_operations, datagram_operations;

/* Make a socket of each kind; null when there is no memory. */
struct socket *stream_create(void);
struct socket *datagram_create(void);

/* The socket of a descriptor; null, and why, when it is of something else or of nothing. */
struct socket *socket_of(int descriptor, long *error);
/* A descriptor for a socket, or an error; the socket then is as it was. */
long socket_describe(struct socket *socket, int flags);
/* A negated error number for lwIP's. */
int error_of(err_t error);
/* Waits for a change, no longer than until the deadline; MSG_DONTWAIT does not wait. */
long socket_wait(struct file *file, int flags, uint64_t deadline);
uint64_t socket_deadline(uint64_t timeout);

#endif
