/* What lwIP tells of TCP sockets: its callbacks note what happened and wake those that wait. */
#include "detach.h"
#include "heap.h"
#include "pressure.h"
#include "stream.h"
#include <errno.h>
#include <lwip/priv/tcp_priv.h>

void stream_let_go(struct socket *socket) {
    struct tcp_pcb *pcb = socket->tcp;
    socket->tcp = NULL;
    detach(pcb);
    if (tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
}

/* Both sides have ended. lwIP forgets such a connection when it likes and tells nobody; in other states it calls on_error(). */
static bool will_be_forgotten(const struct tcp_pcb *pcb) { return pcb->state == CLOSING || pcb->state == TIME_WAIT; }

/*
 * Whether lwIP is to keep a packet and offer it again: only where memory is short, and somebody who reads nothing would take it
 * from the others. For the window has promised room, and until all is read lwIP drops what comes behind that packet without a
 * word: its sender sends that again ever more rarely. Who has read all gets more in any case, since a program may need that to
 * go on. Once the peer has ended lwIP may not offer again.
 */
static bool is_refused(const struct socket *socket, const struct tcp_pcb *pcb) {
    bool goes_on = pcb->state == ESTABLISHED || pcb->state == FIN_WAIT_1 || pcb->state == FIN_WAIT_2;
    return socket->received && goes_on && pressure_is_short() && pressure_forbids_keeping(TCP_WND - pcb->rcv_wnd);
}

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
    struct socket *socket = argument;
    (void)error;
    if (packet && is_refused(socket, pcb)) {
        socket->was_refused = true;
        return ERR_MEM;
    }
    if (packet) socket->received = pressure_join(socket->received, packet);
    else socket->read_shut = true;
    if (!packet && will_be_forgotten(pcb)) stream_let_go(socket);
    file_changed(socket);
    return ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t length) {
    (void)pcb;
    (void)length;
    file_changed(argument);
    return ERR_OK;
}

static void begin(struct socket *socket, const struct tcp_pcb *pcb) {
    socket->own = (struct endpoint){pcb->local_ip, pcb->local_port};
    socket->peer = (struct endpoint){pcb->remote_ip, pcb->remote_port};
    socket->state = SOCKET_CONNECTED;
}

err_t stream_on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
    struct socket *socket = argument;
    (void)error;
    begin(socket, pcb);
    file_changed(socket);
    return ERR_OK;
}

/* The connection is no more, and neither is lwIP's record of it. ERR_CLSD: both sides have ended it. */
static void on_error(void *argument, err_t error) {
    struct socket *socket = argument;
    bool in_vain = socket->state == SOCKET_CONNECTING;
    socket->tcp = NULL;
    if (in_vain && error == ERR_RST) socket->error = ECONNREFUSED;
    else if (error != ERR_CLSD) socket->error = error == ERR_ABRT ? ETIMEDOUT : -error_of(error);
    socket->state = in_vain ? SOCKET_REFUSED : SOCKET_ENDED;
    socket->read_shut = true;
    file_changed(socket);
}

/* Ticks, half seconds, of which the first may come at once. */
#define FIRST_TIMEOUT 3

/* As lwIP would have it, there is as much deviation from a round trip that takes no time. */
void stream_expect_answers(struct tcp_pcb *pcb) { pcb->rto = pcb->sv = FIRST_TIMEOUT; }

void stream_attach(struct socket *socket, struct tcp_pcb *pcb) {
    socket->tcp = pcb;
    tcp_arg(pcb, socket);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
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
    stream_expect_answers(pcb);
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
    stream_attach(socket, pcb);
    begin(socket, pcb);
    tcp_backlog_delayed(pcb);
    struct socket **last = &listener->waiting;
    while (*last) last = &(*last)->next_waiting;
    *last = socket;
    file_changed(listener);
    return ERR_OK;
}

void stream_prepare_listener(struct tcp_pcb *listener) {
    tcp_accept(listener, on_accepted);
    tcp_ext_arg_set_callbacks(listener, OPENING, &opening);
}
