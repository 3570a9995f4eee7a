/* The network interface and the stack's timers. */
#ifndef ILWACO_NETWORK_H
#define ILWACO_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Brings the interface up, with an address from the VM's arguments or its MAC address. */
void network_start(void);
/* Takes the frames that arrived and runs the timers that are due. */
void network_poll(void);
/* When network_poll() has something to do even if nothing arrives. */
uint64_t network_deadline(void);
/* pressure.c. Bytes of memory that the program may not take, because its connections need them. */
size_t network_reserve(void);
/* end.c. The program ends: its connections are closed, and what it has sent is delivered, unless it takes long. */
void network_end(void);
/* transmit.c. Frames that can be sent now without one being lost on the way out. Who needs more waits for a change of that channel. */
unsigned network_room(void);
extern const char network_room_channel;
bool network_has_sent_all(void);
/* Whether lwIP found itself in a state that cannot be: nothing may be asked of it any more. */
bool network_is_broken(void);
/* Frames of the largest datagram. */
#define LARGEST_DATAGRAM_FRAMES 46u

/*
 * neighbours.c. Looks at an ARP request before it is sent: one to a VM whose MAC address follows from its IP address goes to
 * that VM alone. False when it need not be sent at all.
 */
bool neighbours_narrow(uint8_t *frame, uint32_t length);

/* neighbours.c. The MAC address that an IP address stands for; false where somebody must be asked. */
bool neighbours_derive(const uint8_t *address, uint8_t *mac);

/* neighbours.c. Whether a frame that was received comes from where it says it does. */
bool neighbours_plausible(const uint8_t *frame, uint32_t length);

/* half-open.c. Whether a frame asks for a connection; and whether it is to be listened to. A full backlog makes room for it. */
bool half_open_is_request(const uint8_t *frame, uint32_t length);
bool half_open_admits(const uint8_t *frame, uint32_t length);

/* timers.c. What a frame that was received or sent makes lwIP wait for; whether it is a fragment, which waits for others. */
bool timers_is_fragment(const uint8_t *frame, uint32_t length);
void timers_note_frame(const uint8_t *frame, uint32_t length, bool sent);
/* Has TCP's clock make up for the time in which nothing needed it, before it is looked at. */
void timers_catch_up(uint64_t now);
void timers_run(uint64_t now);
uint64_t timers_deadline(void);

#endif
