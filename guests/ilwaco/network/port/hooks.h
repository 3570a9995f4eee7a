/* What lwIP asks while it works. */
#ifndef ILWACO_HOOKS_H
#define ILWACO_HOOKS_H

struct tcp_pcb;
struct tcp_hdr;

/* ERR_OK for a segment with so many bytes of data that a connection is to be given. */
err_t closed_windows_admit(struct tcp_pcb *pcb, const struct tcp_hdr *header, u16_t length);

#endif
