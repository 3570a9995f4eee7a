/* Name resolution is musl's, which reads its server from /etc/resolv.conf. */
#ifndef ILWACO_RESOLVER_H
#define ILWACO_RESOLVER_H

#include <lwip/ip_addr.h>

/* Writes /etc/hosts, which knows this VM as localhost, unless the image has one. */
void resolver_start(void);
/* Writes /etc/resolv.conf. */
void resolver_set_server(const char *address);
/* The name server that DHCP told, null when it told none. */
const ip_addr_t *dns_getserver_of_lease(void);

#endif
