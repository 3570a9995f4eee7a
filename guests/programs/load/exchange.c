/* Requests under way: a connection each, sent when it is established, done when the whole response has come. */
#include "load.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A request without a whole answer for so long has failed, microseconds. */
#define PATIENCE 30000000u
/* Whatever is waited for, it is looked so often whether one has failed, microseconds. */
#define LONGEST_WAIT 1000000u
/* Reads of one response before the others have their turn: a server may always have more. */
#define READS_AT_ONCE 16
/* What a request has besides the path. */
#define REQUEST_CAPACITY (LONGEST_PATH + 128)

struct exchange {
    in_addr_t target;
    uint64_t begun;
    bool requested;
    struct response response;
};

static struct exchange exchanges[MAXIMUM_CONNECTIONS];
static struct pollfd polled[MAXIMUM_CONNECTIONS];
static unsigned count;

unsigned exchange_count(void) { return count; }

static void start(struct exchange *exchange, in_addr_t target, uint64_t begun) {
    exchange->target = target;
    exchange->begun = begun;
    exchange->requested = false;
    response_expect(&exchange->response);
}

bool exchange_begin(uint64_t now) {
    if (count == MAXIMUM_CONNECTIONS) return false;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(settings.port)};
    address.sin_addr.s_addr = targets_pick();
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return false;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
        close(descriptor);
        return false;
    }
    start(&exchanges[count], address.sin_addr.s_addr, now);
    polled[count++] = (struct pollfd){.fd = descriptor, .events = POLLOUT};
    return true;
}

static void end(unsigned index) {
    close(polled[index].fd);
    count--;
    exchanges[index] = exchanges[count];
    polled[index] = polled[count];
}

static void fail(unsigned index) {
    total.failed++;
    recent.failed++;
    end(index);
}

static void count_bytes(size_t bytes) {
    total.bytes += bytes;
    recent.bytes += bytes;
}

/* The response is whole. In a closed loop the connection goes on to the next request to the same target. */
static void complete(unsigned index) {
    struct exchange *exchange = &exchanges[index];
    uint64_t now = microseconds();
    uint32_t latency = (uint32_t)(now - exchange->begun);
    if (exchange->response.status < 200 || exchange->response.status > 299) return fail(index);
    total.done++;
    recent.done++;
    histogram_add(&total.latencies, latency);
    histogram_add(&recent.latencies, latency);
    if (!settings.keep || settings.rate > 0 || exchange->response.closes) return end(index);
    start(exchange, exchange->target, now);
    polled[index].events = POLLOUT;
}

static void send_request(unsigned index) {
    char request[REQUEST_CAPACITY];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(polled[index].fd, SOL_SOCKET, SO_ERROR, &error, &size);
    struct in_addr target = {exchanges[index].target};
    const uint8_t *byte = (const uint8_t *)&target;
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %u.%u.%u.%u\r\nConnection: %s\r\n\r\n",
                          settings.path, byte[0], byte[1], byte[2], byte[3], settings.keep ? "keep-alive" : "close");
    if (error || write(polled[index].fd, request, (size_t)length) != length) return fail(index);
    exchanges[index].requested = true;
    polled[index].events = POLLIN;
}

static void receive(unsigned index) {
    static char bytes[65536];
    for (unsigned i = 0; i < READS_AT_ONCE; i++) {
        ssize_t length = read(polled[index].fd, bytes, sizeof bytes);
        if (length < 0 && errno == EAGAIN) return;
        if (length < 0) return fail(index);
        struct response *response = &exchanges[index].response;
        if (length == 0) return response->part == RESPONSE_UNTIL_END ? complete(index) : fail(index);
        count_bytes((size_t)length);
        if (response_take(response, bytes, (size_t)length)) return complete(index);
    }
}

void exchange_wait(uint64_t until) {
    uint64_t now = microseconds(), wait = until > now ? until - now : 0;
    poll(polled, count, (int)(((wait < LONGEST_WAIT ? wait : LONGEST_WAIT) + 999) / 1000));
    now = microseconds();
    for (unsigned index = count; index-- > 0;) {
        if (now - exchanges[index].begun > PATIENCE) fail(index);
        else if (polled[index].revents && !exchanges[index].requested) send_request(index);
        else if (polled[index].revents) receive(index);
    }
}
