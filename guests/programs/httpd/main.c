/*
 * httpd: a small, fast web server: static pages from its image, and a status page with the VM's own counters
 *
 *     httpd [PORT]        80 unless given
 *
 * /status and /status.json tell about the server and its VM; /bytes/N is a document of N bytes, for measuring.
 */
#define _GNU_SOURCE /* For accept4. */
#include "httpd.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct counters counters;

static struct connection *connections[MAXIMUM_CONNECTIONS];
static struct pollfd polled[MAXIMUM_CONNECTIONS + 1]; /* The listening socket, then the connections in order. */
static unsigned leaving;                              /* Connections that are. */
static uint64_t now;                                  /* Seconds since boot, when something last happened. */

static void drop(unsigned index) {
    leaving -= connections[index]->leaving;
    close(connections[index]->descriptor);
    free(connections[index]->own);
    free(connections[index]);
    counters.open--;
    connections[index] = connections[counters.open];
    polled[index + 1] = polled[counters.open + 1];
}

static void look_at_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    now = (uint64_t)time.tv_sec;
}

/* Drops those that have had their time to leave and, where others may wait for their places, those that have got no further for long. */
static void drop_slow(bool others_wait) {
    for (unsigned index = counters.open; index-- > 0;) {
        const struct connection *connection = connections[index];
        uint64_t waited = now - connection->progress_at;
        if (connection->leaving ? waited >= FAREWELL
                                : others_wait && waited >= (connection->answering ? READER_PATIENCE : PATIENCE))
            drop(index);
    }
}

/* Takes those that wait. False when no more can be taken, for lack of places or of memory: the others go on waiting. */
static bool accept_all(int listener) {
    static struct connection *spare;
    while (counters.open < MAXIMUM_CONNECTIONS) {
        if (!spare) spare = calloc(1, sizeof *spare);
        int descriptor = spare ? accept4(listener, NULL, NULL, SOCK_NONBLOCK) : -1;
        if (descriptor < 0) return spare && errno != ENOMEM && errno != EMFILE;
        struct connection *connection = spare;
        spare = NULL;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection->descriptor = descriptor;
        connection->progress_at = now;
        connections[counters.open] = connection;
        polled[++counters.open] = (struct pollfd){.fd = descriptor, .events = POLLIN};
        counters.connections++;
    }
    return false;
}

/* The two pieces that come next: the rest of the head, and of the body what is in one piece. */
static int next_pieces(const struct connection *connection, struct iovec pieces[2]) {
    int count = 0;
    size_t head = connection->head_length, sent = connection->sent;
    if (sent < head) pieces[count++] = (struct iovec){(char *)connection->head + sent, head - sent};
    size_t at = sent < head ? 0 : sent - head, left = connection->body.length - at;
    if (left == 0) return count;
    size_t within = at % connection->body.period, piece = connection->body.period - within;
    pieces[count++] = (struct iovec){(char *)connection->body.bytes + within, piece < left ? piece : left};
    return count;
}

/* Sends as much as there is room for. False when the connection is broken. */
static bool send_response(struct connection *connection) {
    size_t total = connection->head_length + connection->body.length;
    while (connection->sent < total) {
        struct iovec pieces[2];
        ssize_t count = writev(connection->descriptor, pieces, next_pieces(connection, pieces));
        if (count < 0) return errno == EAGAIN;
        connection->sent += (size_t)count;
        connection->progress_at = now;
        counters.bytes_sent += (uint64_t)count;
    }
    free(connection->own);
    connection->own = NULL;
    connection->answering = false;
    return true;
}

/* The last answer is sent. False when the connection can be closed. */
static bool say_farewell(struct connection *connection) {
    if (!connection->unread || shutdown(connection->descriptor, SHUT_WR) != 0) return false;
    connection->leaving = true;
    connection->received = 0;
    leaving++;
    return true;
}

/* Answers request after request until something is missing. False when the connection is over. */
static bool serve(struct connection *connection) {
    for (;;) {
        if (connection->answering) {
            if (!send_response(connection)) return false;
            if (connection->answering) return true;
            if (!connection->keep && !say_farewell(connection)) return false;
        }
        if (!connection->leaving && request_take(connection)) {
            connection->progress_at = now;
            continue;
        }
        ssize_t count = read(connection->descriptor, connection->request + connection->received,
                             REQUEST_CAPACITY - 1 - connection->received);
        if (count <= 0) return count < 0 && errno == EAGAIN;
        /* What comes of somebody who leaves is read over and over the same room, one piece in each one's turn. */
        if (connection->leaving) return true;
        connection->received += (size_t)count;
    }
}

/* A port's number, 0 where it is none. */
static uint16_t port_of(const char *text) {
    char *end;
    unsigned long port = strtoul(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == 0 && port <= 65535 ? (uint16_t)port : 0;
}

static int listen_on(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 255) == 0) return listener;
    perror("httpd: cannot listen");
    exit(1);
}

int main(int argc, char **argv) {
    uint16_t port = argc > 1 ? port_of(argv[1]) : 80;
    if (port == 0) {
        fprintf(stderr, "httpd: wants a port from 1 to 65535, not %s\n", argv[1]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    look_at_clock();
    counters.started = now;
    int listener = listen_on(port);
    printf("serving on port %d\n", port);
    fflush(stdout);
    for (bool full = false;;) {
        polled[0] = (struct pollfd){.fd = listener, .events = full ? 0 : POLLIN};
        poll(polled, counters.open + 1, full || leaving ? 1000 : -1);
        look_at_clock();
        for (unsigned index = counters.open; index-- > 0;) {
            if (!polled[index + 1].revents) continue;
            if (!serve(connections[index])) drop(index);
            else polled[index + 1].events = connections[index]->answering ? POLLOUT : POLLIN;
        }
        if (full || leaving) drop_slow(full);
        if (full || polled[0].revents) full = !accept_all(listener);
    }
}
