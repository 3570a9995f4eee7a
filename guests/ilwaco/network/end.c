/*
 * The end of a program that has connections: Linux goes on for it, here there is nobody else. So they are closed, and the VM
 * stays until what was written has been acknowledged, the ends of the connections included.
 */
#include "detach.h"
#include "idle.h"
#include "network.h"
#include "params.h"
#include "signals.h"
#include "thread.h"
#include <lwip/priv/tcp_priv.h>

/* How long peers that do not take it, or are gone, are waited for; ^C ends that. */
#define PATIENCE (4 * SECOND)
/* How long those that have taken all are waited for to end their side: later, nobody is there to acknowledge that, for minutes. */
#define ENDING_PATIENCE (SECOND / 2)

static void close_listeners(void) {
    while (tcp_listen_pcbs.pcbs) tcp_close(tcp_listen_pcbs.pcbs);
}

/* Nothing that happens to a connection is told to the program any more. One that cannot be closed yet lwIP closes later. */
static void close_connections(void) {
    struct tcp_pcb *pcb = tcp_active_pcbs;
    while (pcb) {
        detach(pcb);
        struct tcp_pcb *next = pcb->next;
        bool closed_before = pcb->flags & TF_RXCLOSED;
        if (pcb->state == SYN_RCVD) tcp_abandon(pcb, 0);
        else if (!closed_before && tcp_close(pcb) != ERR_OK) tcp_abort(pcb);
        /* The list may be another now. */
        pcb = closed_before ? next : tcp_active_pcbs;
    }
}

static bool something_is_under_way(void) {
    if (!network_has_sent_all()) return true;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->unsent || pcb->unacked || pcb->flags & TF_CLOSEPEND) return true;
    return false;
}

static bool somebody_has_not_ended(void) {
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->state == FIN_WAIT_2) return true;
    return false;
}

/* Waits while something holds, no longer than until then, and not beyond a signal. */
static void wait_while(bool (*holds)(void), uint64_t latest) {
    while (holds() && !signal_is_due(current_thread) && denali_system_time() < latest) idle_once(latest);
}

void network_end(void) {
    static bool ending;
    if (ending || network_is_broken()) return;
    ending = true;
    signals_only_to_end();
    close_listeners();
    close_connections();
    uint64_t now = time_now();
    wait_while(something_is_under_way, now + PATIENCE);
    wait_while(somebody_has_not_ended, now + ENDING_PATIENCE);
}
