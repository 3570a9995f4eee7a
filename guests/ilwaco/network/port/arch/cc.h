/* What lwIP wants to know about the compiler and the system. */
#ifndef ILWACO_LWIP_CC_H
#define ILWACO_LWIP_CC_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>

#define LWIP_PLATFORM_DIAG(arguments) ((void)0)
/* A broken assumption in the stack: better no network and no VM than a wrong one. */
_Noreturn void network_broken(const char *what);
#define LWIP_PLATFORM_ASSERT(what) network_broken(what)

uint32_t network_random(void);
#define LWIP_RAND() network_random()

#endif
