/*
 * Two peers that have closed their windows to each other: lwIP answers every acknowledgement while its window is closed, since
 * none lies in the window, and its peer that answer, for ever (RFC 9293, section 3.10.7.4, has only segments answered that are
 * not acceptable; Linux answers two a second, tcp_invalid_ratelimit). One that says nothing new is heard, and not answered.
 */
#include <lwip/def.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/tcp.h>

err_t closed_windows_admit(struct tcp_pcb *pcb, const struct tcp_hdr *header, u16_t length) {
    if (pcb->state != ESTABLISHED || length > 0 || TCPH_FLAGS(header) != TCP_ACK) return ERR_OK;
    if (pcb->rcv_wnd > 0 || pcb->snd_wnd > 0 || header->wnd || header->ackno != pcb->lastack) return ERR_OK;
    pcb->tmr = tcp_ticks;
    pcb->keep_cnt_sent = 0;
    pcb->persist_probe = 0;
    return ERR_VAL;
}
