/* Requests under way: a connection each, sent when it is established, done when the whole response has come. */
#include "load.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* A request without an answer for so long has failed, microseconds. */
#define PATIENCE 30000000u
#define HEAD_CAPACITY 512

struct exchange {
    in_addr_t target;
    uint64_t begun;
    bool requested;
    char head[HEAD_CAPACITY];
    size_t head_length;
    bool in_body;
    long long body_left; /* Bytes that are to come, -1 when only the end of the connection tells. */
};

static struct exchange exchanges[MAXIMUM_CONNECTIONS];
static struct pollfd polled[MAXIMUM_CONNECTIONS];
static unsigned count;

unsigned exchange_count(void) { return count; }

static void start(struct exchange *exchange, in_addr_t target, uint64_t begun) {
    memset(exchange, 0, sizeof *exchange);
    exchange->target = target;
    exchange->begun = begun;
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
    if (strncmp(exchange->head, "HTTP/1.", 7) != 0 || exchange->head[9] != '2') return fail(index);
    total.done++;
    recent.done++;
    histogram_add(&total.latencies, latency);
    histogram_add(&recent.latencies, latency);
    if (!settings.keep || settings.rate > 0 || exchange->body_left != 0) return end(index);
    start(exchange, exchange->target, now);
    polled[index].events = POLLOUT;
}

static void send_request(unsigned index) {
    char request[512];
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

/* Takes the head from what has come. Answers how much of it was the head's. */
static size_t take_head(struct exchange *exchange, const char *bytes, size_t length) {
    size_t before = exchange->head_length, room = HEAD_CAPACITY - 1 - before;
    size_t taken = length < room ? length : room;
    memcpy(exchange->head + before, bytes, taken);
    exchange->head[exchange->head_length += taken] = 0;
    char *behind = strstr(exchange->head, "\r\n\r\n");
    if (!behind) return taken;
    exchange->in_body = true;
    exchange->body_left = -1;
    for (char *line = strchr(exchange->head, '\n'); line && line < behind; line = strchr(line + 1, '\n'))
        if (strncasecmp(line + 1, "content-length:", 15) == 0) exchange->body_left = strtoll(line + 16, NULL, 10);
    return (size_t)(behind + 4 - exchange->head) - before;
}

/* Takes bytes of the response; true when it is whole. */
static bool take(struct exchange *exchange, const char *bytes, size_t length) {
    count_bytes(length);
    if (!exchange->in_body) {
        size_t taken = take_head(exchange, bytes, length);
        bytes += taken;
        length -= taken;
    }
    if (!exchange->in_body || exchange->body_left < 0) return false;
    exchange->body_left -= (long long)length;
    return exchange->body_left <= 0;
}

static void receive(unsigned index) {
    static char bytes[65536];
    for (;;) {
        ssize_t length = read(polled[index].fd, bytes, sizeof bytes);
        if (length < 0 && errno == EAGAIN) return;
        if (length < 0) return fail(index);
        if (length == 0) return exchanges[index].in_body && exchanges[index].body_left < 0 ? complete(index) : fail(index);
        if (take(&exchanges[index], bytes, (size_t)length)) return complete(index);
    }
}

void exchange_wait(uint64_t until) {
    uint64_t now = microseconds();
    int timeout = until > now ? (int)((until - now + 999) / 1000) : 0;
    poll(polled, count, timeout);
    now = microseconds();
    for (unsigned index = count; index-- > 0;) {
        if (polled[index].revents && !exchanges[index].requested) send_request(index);
        else if (polled[index].revents) receive(index);
        else if (now - exchanges[index].begun > PATIENCE) fail(index);
    }
}
