/* Servers and clients between VMs, each a role: `network ROLE [ADDRESS]`. Clients end when they have said what they saw. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SERVICE 7000
#define OTHER 7001

static const char *peer = "10.0.0.1";
static struct sockaddr_in address;
static char bytes[256 * 1024];

static void pass(int milliseconds) { poll(NULL, 0, milliseconds); }

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct sockaddr *at(const char *host, int port) {
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = inet_addr(host)};
    return (struct sockaddr *)&address;
}

static int serve(int kind, int port, int backlog) {
    int descriptor = socket(AF_INET, kind, 0);
    if (bind(descriptor, at("0.0.0.0", port), sizeof address)) perror("bind");
    if (kind == SOCK_STREAM && listen(descriptor, backlog)) perror("listen");
    return descriptor;
}

static int reach(int port) {
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(descriptor, at(peer, port), sizeof address)) perror("connect");
    return descriptor;
}

static void send_all(int descriptor, size_t count) {
    for (size_t sent = 0; sent < count;) {
        long part = write(descriptor, bytes, count - sent < sizeof bytes ? count - sent : sizeof bytes);
        if (part < 0) return perror("write");
        sent += (size_t)part;
    }
}

static void count_all(int descriptor) {
    long total = 0, part;
    while ((part = read(descriptor, bytes, sizeof bytes)) > 0) total += part;
    printf("%ld bytes, %s\n", total, part < 0 ? strerror(errno) : "the end");
}

/* Writes more than the first window holds, and ends without waiting for anything. */
static void leave(void) {
    int listener = serve(SOCK_STREAM, SERVICE, 4), client = accept(listener, NULL, NULL);
    send_all(client, 60000);
}

/* The same, but the client has ended its side first and takes its time. */
static void leave_late(void) {
    int listener = serve(SOCK_STREAM, SERVICE, 4), client = accept(listener, NULL, NULL);
    while (read(client, bytes, sizeof bytes) > 0) continue;
    send_all(client, 120000);
    close(client);
    pause();
}

static void fetch(void) { count_all(reach(SERVICE)); }

static void fetch_slowly(void) {
    int server = reach(SERVICE);
    shutdown(server, SHUT_WR);
    pass(3000);
    count_all(server);
}

/* Is quiet for half a minute, and so is whoever serves it. */
static void fetch_late(void) {
    pass(30000);
    count_all(reach(SERVICE));
}

/* Reads to the end, and goes on for long after it has ended its own side a little later. */
static void fetch_and_stay(void) {
    int server = reach(SERVICE);
    count_all(server);
    pass(100);
    close(server);
    pause();
}

/* Answers one after the other, with the shortest backlog there is. */
static void one_at_a_time(void) {
    int listener = serve(SOCK_STREAM, SERVICE, 1), client;
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        write(client, "answer", 6);
        close(client);
    }
}

/* Asks several times at once. Those for which there is no place yet are asked for again by TCP, after a second. */
static void ask_at_once(void) {
    int all[6], answered = 0, broken = 0;
    for (int i = 0; i < 6; i++) {
        all[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(all[i], at(peer, SERVICE), sizeof address);
    }
    for (int i = 0; i < 6; i++) {
        fcntl(all[i], F_SETFL, 0);
        struct pollfd entry = {.fd = all[i], .events = POLLOUT};
        poll(&entry, 1, 20000);
        long part = read(all[i], bytes, sizeof bytes);
        answered += part == 6;
        broken += part < 0;
    }
    printf("%d answered, %d broken\n", answered, broken);
}

/* A service that takes nobody beside one that does. */
static void two_services(void) {
    serve(SOCK_STREAM, OTHER, 2);
    one_at_a_time();
}

static void ask_both(void) {
    for (int i = 0; i < 6; i++) connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), at(peer, OTHER), sizeof address);
    pass(5);
    for (int i = 0; i < 3; i++) {
        long begun = now();
        int server = reach(SERVICE);
        printf("%ld bytes", (long)read(server, bytes, sizeof bytes));
        printf(now() - begun < 500 ? " at once\n" : " late\n");
        close(server);
    }
}

static void send_datagrams(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0), failed = 0, refused = 0;
    connect(descriptor, at(peer, SERVICE), sizeof address);
    for (int i = 0; i < 1000; i++) failed += send(descriptor, bytes, 100, 0) != 100;
    printf("%d of 1000 failed\n", failed);
    /* Each is 41 frames. */
    for (int i = 0; i < 20 && !refused; i++) refused = send(descriptor, bytes, 60000, MSG_DONTWAIT) < 0 ? errno : 0;
    printf("without waiting: %s\n", strerror(refused));
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    printf("ready %d", poll(&entry, 1, 0));
    printf(", then %d\n", poll(&entry, 1, 1000));
    pass(500);
    send(descriptor, bytes, 60000, 0);
}

static void take_datagrams(void) {
    int descriptor = serve(SOCK_DGRAM, SERVICE, 0);
    for (long length = 0; length < 60000;) length = recv(descriptor, bytes, sizeof bytes, 0);
    printf("a large one came\n");
}

static long free_memory(void) {
    struct sysinfo information;
    sysinfo(&information);
    return (long)information.freeram / 1024;
}

/* Goes by edges: waits for the next only when there is no room. */
static void send_by_edges(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), edges = 0;
    struct epoll_event event = {.events = EPOLLOUT | EPOLLET};
    connect(descriptor, at(peer, SERVICE), sizeof address);
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
    while (edges < 4 && epoll_wait(epoll, &event, 1, 2000) == 1) {
        edges++;
        while (send(descriptor, bytes, 50000, 0) > 0) continue;
    }
    printf("%d edges\n", edges);
}

/* Reads nothing for a while, in a VM with some memory left, whose fourth part is less than a window. */
static void read_late(void) {
    int listener = serve(SOCK_STREAM, SERVICE, 4), client = accept(listener, NULL, NULL), waiting = 0;
    while (free_memory() > 220) memset(malloc(4096), 1, 4096);
    pass(2000);
    ioctl(client, FIONREAD, &waiting);
    printf("%d bytes wait\n", waiting);
    count_all(client);
}

static void send_window(void) { send_all(reach(SERVICE), 60000); }

/* More connections than there is memory for all that may be under way in each. */
#define OFFERS 14

static void take_late(void) {
    int listener = serve(SOCK_STREAM, SERVICE, OFFERS), all[OFFERS];
    pass(3000);
    printf("%s\n", free_memory() > 8 ? "memory is left" : "none is left");
    for (int i = 0; i < OFFERS; i++) all[i] = accept(listener, NULL, NULL);
    for (int i = 0; i < OFFERS; i++) count_all(all[i]);
}

static void offer_all(void) {
    struct pollfd all[OFFERS];
    size_t sent[OFFERS] = {0};
    for (int i = 0; i < OFFERS; i++) {
        all[i] = (struct pollfd){.fd = reach(SERVICE), .events = POLLOUT};
        fcntl(all[i].fd, F_SETFL, O_NONBLOCK);
    }
    for (int open = OFFERS; open > 0;) {
        poll(all, OFFERS, -1);
        for (int i = 0; i < OFFERS; i++) {
            if (!(all[i].revents & (POLLOUT | POLLERR))) continue;
            long part = write(all[i].fd, bytes, 150000 - sent[i]);
            if (part < 0 && errno == EAGAIN) continue;
            if (part < 0) perror("write");
            if (part > 0) sent[i] += (size_t)part;
            if (part >= 0 && sent[i] < 150000) continue;
            shutdown(all[i].fd, SHUT_WR);
            all[i].fd = ~all[i].fd;
            open--;
        }
    }
    for (int i = 0; i < OFFERS; i++) fcntl(~all[i].fd, F_SETFL, 0), count_all(~all[i].fd);
}

#define CROWD 160

/* Tells many something at once: more segments than can be under way. */
static void tell_all(void) {
    int listener = serve(SOCK_STREAM, SERVICE, CROWD), all[CROWD];
    for (int i = 0; i < CROWD; i++) all[i] = accept(listener, NULL, NULL);
    pass(500);
    for (int i = 0; i < CROWD; i++) write(all[i], "news", 4);
    pause();
}

static void hear_all(void) {
    int all[CROWD], heard = 0;
    long begun = 0;
    for (int i = 0; i < CROWD; i++) all[i] = reach(SERVICE);
    for (int i = 0; i < CROWD; i++) {
        heard += read(all[i], bytes, sizeof bytes) == 4;
        if (i == 0) begun = now();
    }
    long took = now() - begun;
    printf("%d heard %s\n", heard, took < 150 ? "at once" : "late");
}

/* Ends with as much on its way as there is room for, to somebody who reads nothing. */
static void leave_much(void) {
    int listener = serve(SOCK_STREAM, SERVICE, 4), client = accept(listener, NULL, NULL);
    for (int i = 0; i < 20; i++, pass(10))
        while (send(client, bytes, sizeof bytes, MSG_DONTWAIT) > 0) continue;
    printf("leaving\n");
}

static void ignore(int number) { (void)number; }

/* The same, with a clock that ticks and ^C ignored. */
static void leave_ticking(void) {
    struct itimerval interval = {.it_interval.tv_usec = 10000, .it_value.tv_usec = 10000};
    signal(SIGALRM, ignore);
    signal(SIGINT, SIG_IGN);
    setitimer(ITIMER_REAL, &interval, NULL);
    leave_much();
}

static void stall(void) {
    reach(SERVICE);
    pause();
}

/* Reads nothing while others send, and says how much memory that took. */
static void hoard(void) {
    serve(SOCK_DGRAM, SERVICE, 0);
    serve(SOCK_STREAM, SERVICE, 8);
    long before = free_memory();
    pass(6000);
    long taken = before - free_memory();
    printf("%s\n", taken < 400 ? "little" : "much");
}

static void flood(void) {
    int one = 1, datagrams = socket(AF_INET, SOCK_DGRAM, 0), streams[4];
    for (int i = 0; i < 4; i++) {
        streams[i] = reach(SERVICE);
        setsockopt(streams[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(streams[i], F_SETFL, O_NONBLOCK);
    }
    at(peer, SERVICE);
    for (int i = 0; i < 600; i++) sendto(datagrams, bytes, i % 2 ? 1 : 1000, 0, (struct sockaddr *)&address, sizeof address);
    for (int i = 0; i < 5000; i++) {
        for (int j = 0; j < 4; j++) write(streams[j], bytes, 1);
        if (i % 32 == 0) pass(1);
    }
    printf("sent\n");
    pass(3000);
}

static const struct {
    const char *name;
    void (*run)(void);
} roles[] = {{"leave", leave},
             {"leave-late", leave_late},
             {"fetch", fetch},
             {"fetch-slowly", fetch_slowly},
             {"fetch-late", fetch_late},
             {"fetch-and-stay", fetch_and_stay},
             {"one-at-a-time", one_at_a_time},
             {"ask-at-once", ask_at_once},
             {"two-services", two_services},
             {"ask-both", ask_both},
             {"send-datagrams", send_datagrams},
             {"take-datagrams", take_datagrams},
             {"send-by-edges", send_by_edges},
             {"read-late", read_late},
             {"send-window", send_window},
             {"take-late", take_late},
             {"offer-all", offer_all},
             {"tell-all", tell_all},
             {"hear-all", hear_all},
             {"leave-much", leave_much},
             {"leave-ticking", leave_ticking},
             {"stall", stall},
             {"hoard", hoard},
             {"flood", flood}};

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 2) peer = argv[2];
    for (unsigned i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (argc > 1 && strcmp(argv[1], roles[i].name) == 0) roles[i].run();
    return 0;
}
