/* What sockets do on less trodden paths, of which the argument names one: on Ilwaco it must print what it prints on Linux. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static struct sockaddr_in address;
static socklen_t size = sizeof address;

static void show(const char *what, long result) { printf("%s: %ld, error %d\n", what, result, result < 0 ? errno : 0); }

static void show_poll(int descriptor, short events) {
    struct pollfd entry = {.fd = descriptor, .events = events};
    int ready = poll(&entry, 1, 1000);
    printf("poll: %d, error %d\n", ready, !!(entry.revents & POLLERR));
}

static void show_next(int descriptor) {
    char bytes[16] = "";
    long length = read(descriptor, bytes, sizeof bytes - 1);
    printf("read: %ld %s, error %d\n", length, bytes, length < 0 ? errno : 0);
}

static void pass(int milliseconds) { poll(NULL, 0, milliseconds); }

static int bound(int kind) {
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, kind, 0);
    if (bind(descriptor, (struct sockaddr *)&address, size)) perror("bind");
    getsockname(descriptor, (struct sockaddr *)&address, &size);
    return descriptor;
}

/* Two ends of a connection. */
static void join(int ends[2]) {
    int listener = bound(SOCK_STREAM);
    if (listen(listener, 4)) perror("listen");
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(ends[0], (struct sockaddr *)&address, size)) perror("connect");
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
}

/* A connection that both sides have ended lasts until close(), however long that takes, and takes no other with it. */
static void outlive(void) {
    int old[2], new[2][2];
    struct sockaddr_in own = {0};
    join(old);
    shutdown(old[0], SHUT_WR);
    show_next(old[1]);
    write(old[1], "last", 4);
    close(old[1]);
    show_next(old[0]);
    show_next(old[0]);
    pass(1700);
    join(new[0]);
    join(new[1]);
    show("getsockname", getsockname(old[0], (struct sockaddr *)&own, &size));
    printf("%s\n", inet_ntoa(own.sin_addr));
    close(old[0]);
    for (int i = 0; i < 2; i++) {
        write(new[i][0], "here", 4);
        show_next(new[i][1]);
        write(new[i][1], "there", 5);
        show_next(new[i][0]);
        close(new[i][0]);
        close(new[i][1]);
    }
}

/* The end of a connection that was ended in order is no error. */
static void end(void) {
    int ends[2];
    join(ends);
    write(ends[1], "bye", 3);
    close(ends[1]);
    pass(20);
    shutdown(ends[0], SHUT_WR);
    pass(50);
    show_poll(ends[0], POLLIN);
    for (int i = 0; i < 3; i++) show_next(ends[0]);
    close(ends[0]);
}

/* Programs that wait for a server ask again with the same socket. */
static void ask_again(void) {
    int listener = bound(SOCK_STREAM), client = socket(AF_INET, SOCK_STREAM, 0);
    for (int i = 0; i < 2; i++) show("connect", connect(client, (struct sockaddr *)&address, size));
    listen(listener, 2);
    show("connect", connect(client, (struct sockaddr *)&address, size));
    show("connect", connect(client, (struct sockaddr *)&address, size));
    int server = accept(listener, NULL, NULL);
    write(server, "at last", 7);
    show_next(client);
    show("bind", bind(listener, (struct sockaddr *)&address, size));
    close(server);
    close(client);
    close(listener);
    /* The same without waiting. */
    listener = bound(SOCK_STREAM);
    client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    show("connect", connect(client, (struct sockaddr *)&address, size));
    show_poll(client, POLLOUT);
    show("connect", connect(client, (struct sockaddr *)&address, size));
    listen(listener, 2);
    show("connect", connect(client, (struct sockaddr *)&address, size));
    show_poll(client, POLLOUT);
    close(client);
    close(listener);
}

/* What one call writes is one datagram, and one call reads one. */
static void messages(void) {
    int reader = bound(SOCK_DGRAM), writer = socket(AF_INET, SOCK_DGRAM, 0);
    connect(writer, (struct sockaddr *)&address, size);
    char text[16], more[16] = "";
    struct iovec out[] = {{"one ", 4}, {"", 0}, {"message", 7}}, in[] = {{text, 4}, {more, sizeof more}};
    printf("written %zd\n", writev(writer, out, 3));
    printf("printed %d\n", dprintf(writer, "%s %d", "number", 7));
    printf("nothing %zd\n", write(writer, "", 0));
    write(writer, "end", 3);
    int waiting = 0;
    poll(&(struct pollfd){reader, POLLIN, 0}, 1, 10000);
    ioctl(reader, FIONREAD, &waiting);
    printf("available %d\n", waiting);
    printf("read nothing %zd\n", read(reader, text, 0));
    show("readv", readv(reader, in, 2));
    printf("%.4s %s\n", text, more);
    for (int i = 0; i < 3; i++) show_next(reader);
    close(reader);
    close(writer);
}

/* Bytes one at a time, more of them than a small machine could keep if each took a packet's memory. */
#define BYTES 14000

static void *write_singly(void *descriptor) {
    for (int i = 0; i < BYTES; i++) {
        char byte = (char)('a' + i % 23);
        if (write(*(int *)descriptor, &byte, 1) != 1) perror("write");
    }
    return NULL;
}

static void small_pieces(void) {
    int ends[2], waiting = 0, one = 1, wrong = 0;
    static char all[BYTES];
    pthread_t writer;
    join(ends);
    setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    pthread_create(&writer, NULL, write_singly, &ends[0]);
    pthread_join(writer, NULL);
    for (int i = 0; i < 5000 && waiting < BYTES; i++) ioctl(ends[1], FIONREAD, &waiting), pass(1);
    printf("available %d\n", waiting);
    printf("read %zd\n", recv(ends[1], all, BYTES, MSG_WAITALL));
    for (int i = 0; i < BYTES; i++) wrong += all[i] != (char)('a' + i % 23);
    printf("wrong %d\n", wrong);
    close(ends[0]);
    close(ends[1]);
}

static void options(void) {
    int descriptor = bound(SOCK_DGRAM);
    unsigned char byte = 1;
    struct timeval limit = {.tv_sec = 3}, found = {0};
    socklen_t length = sizeof found;
    printf("set %d\n", setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    show("get", getsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &found, &length));
    printf("%u %d %d\n", length == sizeof found, (int)found.tv_sec, (int)found.tv_usec);
    struct linger linger = {7, 7};
    length = sizeof linger;
    show("linger", getsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, &length));
    printf("%u %d\n", length == sizeof linger, linger.l_onoff);
    printf("multicast %d\n", setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, &byte, sizeof byte));
    limit.tv_usec = 1000000;
    show("wrong", setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    /* So long that nanoseconds of it do not fit 64 bits. */
    limit = (struct timeval){.tv_sec = 0x7fffffff00};
    printf("long %d\n", setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    sendto(descriptor, "self", 4, 0, (struct sockaddr *)&address, size);
    show_next(descriptor);
    limit = (struct timeval){.tv_usec = 30000};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    show_next(descriptor);
    close(descriptor);
}

static const struct {
    const char *name;
    void (*run)(void);
} parts[] = {{"outlive", outlive},   {"end", end},         {"ask-again", ask_again}, {"messages", messages},
             {"small-pieces", small_pieces}, {"options", options}};

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (argc > 1 && strcmp(argv[1], parts[i].name) == 0) parts[i].run();
    return 0;
}
