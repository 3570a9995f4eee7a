/* The way out under lwIP. */
#ifndef ILWACO_TRANSMIT_H
#define ILWACO_TRANSMIT_H

#include <lwip/err.h>

struct netif;
struct pbuf;

/* lwIP's way to send a frame: ERR_MEM where there is no room for it. */
err_t transmit_frame(struct netif *netif, struct pbuf *packet);
/* Sends what waits for room, and lets TCP and those who wait have what is left. */
void transmit_poll(void);

#endif
