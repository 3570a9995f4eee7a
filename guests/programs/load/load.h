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
/* Bytes of a path. */
#define LONGEST_PATH 1024
/* Bytes that are kept of a response's line: what is of interest stands at its beginning. */
#define LINE_CAPACITY 128

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
    uint32_t done, failed;
    uint64_t skipped, bytes;
    struct histogram latencies;
};

extern struct settings settings;
extern struct results total, recent; /* Of the whole run and since the last report. */

/* Microseconds since boot. */
uint64_t microseconds(void);

/*
 * targets.c: adds `10.0.0.2` or `10.0.0.2-10.0.0.201`; false when it is neither. Once all are there and the settings read, their
 * popularity is known, and they are picked by it.
 */
bool targets_add(const char *text);
unsigned targets_count(void);
void targets_weigh(void);
in_addr_t targets_pick(void);

/* What of a response comes next. */
enum response_part {
    RESPONSE_STATUS_LINE,
    RESPONSE_FIELDS,
    RESPONSE_COUNTED,   /* A body whose length was told. */
    RESPONSE_UNTIL_END, /* A body that ends with the connection. */
    RESPONSE_CHUNK_SIZE,
    RESPONSE_CHUNK,
    RESPONSE_CHUNK_END,
    RESPONSE_TRAILERS,
    RESPONSE_WHOLE
};

struct response {
    enum response_part part;
    unsigned status;          /* 0 for what is no response. */
    bool is_counted, is_chunked;
    bool closes;              /* No other comes on this connection. */
    unsigned long long left;  /* Bytes of the body, or of the chunk, that are to come. */
    size_t line_length;
    char line[LINE_CAPACITY]; /* What has come of the line that is being read. */
};

/* response.c: prepares for a response. Takes what has come next, true when the response is whole. */
void response_expect(struct response *response);
bool response_take(struct response *response, const char *bytes, size_t length);

/* exchange.c: begins a request; false when all places are taken. Waits until something happens or a time, and serves it. */
bool exchange_begin(uint64_t now);
void exchange_wait(uint64_t until);
unsigned exchange_count(void);

#endif
