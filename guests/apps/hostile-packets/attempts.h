/* What the attempts share: who sends, to whom, and how. */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include "packets.h"

/* This VM, the one that is to be disturbed, and the port there. */
extern uint32_t self, victim, port;

/* main.c. Sends and counts. */
void send_packet(const struct packet *packet);

/* segments.c, services.c */
void segments(void);
void services(void);

#endif
