/* Back-pressure: what connections may take of the memory that is left. Who gets none is asked to wait, and loses nothing. */
#ifndef ILWACO_PRESSURE_H
#define ILWACO_PRESSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pbuf;
struct tcp_pcb;

/* Bytes that a connection may be given to send now. One with nothing under way gets a segment as long as there is memory. */
size_t pressure_room(const struct tcp_pcb *pcb);
/* Whether a new connection would take memory from those that exist, and some of that will come back. */
bool pressure_forbids_accepting(void);
/* Whether there is not even memory for a connection's records, so that who asks for one should ask again. */
bool pressure_forbids_beginning(void);
/*
 * Whether so many bytes that one socket has not read yet are more than its part of the memory that is left: each gets less the
 * more others have, and some is left in any case, lest nobody's acknowledgement can be received any more.
 */
bool pressure_forbids_keeping(size_t unread);
/* Whether those who have much are to wait. */
bool pressure_is_short(void);
/* Whether there is only memory for what keeps data moving. */
bool pressure_is_great(void);
/* The packet, or in its place a smaller one that takes no more memory than its bytes need while they wait to be read. */
struct pbuf *pressure_compact(struct pbuf *packet);
/* A packet behind the bytes of a stream that wait to be read, null for none; its bytes alone where there is room for them. */
struct pbuf *pressure_join(struct pbuf *waiting, struct pbuf *packet);
/* Bytes of memory that a packet takes. */
size_t pressure_memory_of(const struct pbuf *packet);
/*
 * Where memory is short, gives up what only waits: connections that have ended, and those whose peers are gone, as Linux does
 * with those that no program has any more (tcp(7), tcp_orphan_retries). And whether there are some that have ended.
 */
void pressure_relieve(void);
bool pressure_can_relieve(void);
/* Wakes those that were asked to wait, where memory came back or it is time to look again; and when that is. */
void pressure_eased(void);
uint64_t pressure_deadline(void);

#endif
