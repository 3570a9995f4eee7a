/* What the parts of load share: settings, targets and connections. */
#ifndef LOAD_H
#define LOAD_H

#include "histogram.h"
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* Addresses that requests go to; as many as a fleet has servers. 12 bytes each. */
#define MAXIMUM_TARGETS 16384
/* Requests under way at once. */
#define MAXIMUM_CONNECTIONS 512

struct settings {
    unsigned connections; /* Closed loop: so many requests are always under way. */
    double rate;          /* Open loop: so many requests a second are begun, whatever becomes of them; 0 for closed. */
    double zipf;          /* Popularity of target n is 1/n to this power; 0: all alike. */
    double seconds;       /* How long to run; 0 for ever. */
    double interval;      /* Seconds between reports. */
    bool keep;            /* Further requests on the same connection. */
    uint16_t port;
    const char *path;
};

struct results {
    uint32_t done, failed, skipped;
    uint64_t bytes;
    struct histogram latencies;
};

extern struct settings settings;
extern struct results total, recent; /* Of the whole run and since the last report. */

/* Microseconds since boot. */
uint64_t microseconds(void);

/* targets.c: adds `10.0.0.2` or `10.0.0.2-10.0.0.201`; false when it is neither. Picks one by popularity. */
bool targets_add(const char *text);
unsigned targets_count(void);
in_addr_t targets_pick(void);

/* exchange.c: begins a request; false when all places are taken. Waits until something happens or a time, and serves it. */
bool exchange_begin(uint64_t now);
void exchange_wait(uint64_t until);
unsigned exchange_count(void);

#endif
