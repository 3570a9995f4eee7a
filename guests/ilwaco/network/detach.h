/* Taking lwIP's callbacks from a connection whose end nobody waits for any more. */
#ifndef ILWACO_DETACH_H
#define ILWACO_DETACH_H

#include <lwip/tcp.h>

/* From now on lwIP tells nobody of what happens to it. One that listens has none of these callbacks but its argument. */
static inline void detach(struct tcp_pcb *pcb) {
    tcp_arg(pcb, NULL);
    if (pcb->state == LISTEN) return;
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
}

#endif
