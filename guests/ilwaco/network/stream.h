/* TCP sockets: what programs want (stream.c) and what lwIP tells (stream-events.c). */
#ifndef ILWACO_STREAM_H
#define ILWACO_STREAM_H

#include "socket.h"

/* A second before something is sent again as long as nobody knows how long an answer takes (RFC 6298, section 2): lwIP has three. */
void stream_expect_answers(struct tcp_pcb *pcb);
/* Has lwIP tell the socket of what happens to a connection. */
void stream_attach(struct socket *socket, struct tcp_pcb *pcb);
/* Leaves what is still to be sent, and the connection's end, to lwIP. */
void stream_let_go(struct socket *socket);
/* What lwIP calls when a connection that was asked for has come about. */
err_t stream_on_connected(void *socket, struct tcp_pcb *pcb, err_t error);
/* Has connections to a listening socket wait there. */
void stream_prepare_listener(struct tcp_pcb *listener);

long stream_listen(struct socket *socket, int backlog);
/* A descriptor for the next connection to a listening socket, or an error. Where none can be made the connection still waits. */
long stream_accept(struct file *file, int flags);
long stream_shutdown(struct socket *socket, int how);

#endif
