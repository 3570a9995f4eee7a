/* What poll, select and epoll tell, and when again: edges, one-shots, turns, epolls in epolls, exceptions. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void tell(const char *what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static int control(int epoll, int operation, int descriptor, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

static void wait_for(const char *what, int epoll, int milliseconds) {
    struct epoll_event event = {0};
    int count = epoll_wait(epoll, &event, 1, milliseconds);
    printf("%s: %d %x\n", what, count, count > 0 ? event.events : 0);
}

static void connected(int ends[2]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&address, sizeof address);
    listen(listener, 5);
    getsockname(listener, (struct sockaddr *)&address, &size);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    connect(ends[0], (struct sockaddr *)&address, sizeof address);
    ends[1] = accept(listener, NULL, NULL);
    close(listener);
}

static void edges(void) {
    int ends[2], epoll = epoll_create1(0);
    char bytes[16];
    connected(ends);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    control(epoll, EPOLL_CTL_ADD, ends[0], EPOLLIN | EPOLLOUT | EPOLLET);
    wait_for("writable", epoll, -1);
    wait_for("and nothing new", epoll, 20);
    write(ends[1], "ab", 2);
    wait_for("readable", epoll, -1);
    tell("a part is read", read(ends[0], bytes, 1));
    wait_for("and nothing new", epoll, 20);
    write(ends[1], "c", 1);
    wait_for("more has come", epoll, -1);
    wait_for("and nothing new", epoll, 20);
    tell("all is read", read(ends[0], bytes, sizeof bytes));
    tell("and no more", read(ends[0], bytes, sizeof bytes));
    write(ends[1], "d", 1);
    wait_for("after the end of what there was", epoll, -1);
    control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLET);
    wait_for("asked for anew", epoll, -1);
    wait_for("and nothing new", epoll, 20);
    control(epoll, EPOLL_CTL_MOD, ends[0], EPOLLIN | EPOLLOUT);
    wait_for("level", epoll, 20);
    wait_for("level again", epoll, 20);
    close(ends[0]);
    close(ends[1]);
    /* What wakes an event loop: nobody reads it. */
    int counter = eventfd(0, EFD_NONBLOCK);
    uint64_t one = 1;
    control(epoll, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLET);
    for (int i = 0; i < 2; i++) {
        write(counter, &one, sizeof one);
        wait_for("a counter that nobody reads", epoll, -1);
        wait_for("and nothing new", epoll, 20);
    }
    close(epoll);
}

static void one_shots(void) {
    int pipes[2], epoll = epoll_create1(0);
    pipe(pipes);
    control(epoll, EPOLL_CTL_ADD, pipes[0], EPOLLIN | EPOLLONESHOT);
    write(pipes[1], "x", 1);
    wait_for("one-shot", epoll, -1);
    wait_for("used", epoll, 20);
    close(pipes[1]);
    wait_for("used, and hung up", epoll, 20);
    control(epoll, EPOLL_CTL_MOD, pipes[0], EPOLLIN | EPOLLONESHOT);
    wait_for("loaded", epoll, -1);
    control(epoll, EPOLL_CTL_MOD, pipes[0], 0);
    wait_for("nothing asked for, and hung up", epoll, -1);
    control(epoll, EPOLL_CTL_MOD, pipes[0], EPOLLET);
    wait_for("edges alone", epoll, -1);
    wait_for("and nothing new", epoll, 20);
    tell("no such operation", control(epoll, 9, pipes[0], EPOLLIN));
    close(pipes[0]);
    close(epoll);
}

/* With room for one event, each of three that are always ready is told as often. */
static void turns(void) {
    int epoll = epoll_create1(0), counters[3], told[3] = {0};
    for (int i = 0; i < 3; i++) control(epoll, EPOLL_CTL_ADD, counters[i] = eventfd(1, 0), EPOLLIN);
    for (int i = 0; i < 9; i++) {
        struct epoll_event event;
        epoll_wait(epoll, &event, 1, -1);
        for (int j = 0; j < 3; j++) told[j] += event.data.fd == counters[j];
    }
    printf("turns %d %d %d\n", told[0], told[1], told[2]);
    for (int i = 0; i < 3; i++) close(counters[i]);
    close(epoll);
}

static void nested(void) {
    int outer = epoll_create1(0), inner = epoll_create1(0), pipes[2];
    char byte;
    pipe(pipes);
    struct pollfd entry = {inner, POLLIN | POLLOUT, 0};
    tell("poll of an epoll", poll(&entry, 1, 20));
    tell("add", control(outer, EPOLL_CTL_ADD, inner, EPOLLIN | EPOLLET));
    control(inner, EPOLL_CTL_ADD, pipes[0], EPOLLIN);
    wait_for("nothing inside", outer, 20);
    write(pipes[1], "x", 1);
    tell("poll of an epoll", poll(&entry, 1, -1)), printf("revents %x\n", entry.revents);
    wait_for("outside", outer, -1);
    wait_for("and nothing new", outer, 20);
    wait_for("inside", inner, -1);
    read(pipes[0], &byte, 1);
    wait_for("read", outer, 20);
    write(pipes[1], "x", 1);
    wait_for("outside again", outer, -1);
    tell("itself", control(outer, EPOLL_CTL_ADD, outer, EPOLLIN));
    tell("a circle", control(inner, EPOLL_CTL_ADD, outer, EPOLLIN));
    int chain[9];
    for (int i = 0; i < 9; i++) chain[i] = epoll_create1(0);
    int depth = 0;
    while (depth < 8 && control(chain[depth + 1], EPOLL_CTL_ADD, chain[depth], EPOLLIN) == 0) depth++;
    printf("not endlessly: %d\n", depth < 8 && errno == ELOOP);
    for (int i = 0; i < 9; i++) close(chain[i]);
    tell("a file", control(outer, EPOLL_CTL_ADD, open("/dev/null", O_RDONLY), EPOLLIN));
    close(inner);
    close(outer);
}

struct worker {
    int epoll;
    int count;
    volatile int begins;
};

static void *wait_in_worker(void *argument) {
    struct worker *worker = argument;
    struct epoll_event event;
    worker->begins = 1;
    worker->count = epoll_wait(worker->epoll, &event, 1, 30000);
    return NULL;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* What is ready when it is added is told by that epoll, whoever else waits, and for longer. */
static void workers(void) {
    struct worker first = {epoll_create1(0), -1, 0}, second = {epoll_create1(0), -1, 0};
    pthread_t threads[2];
    double begin = now();
    pthread_create(&threads[0], NULL, wait_in_worker, &first);
    usleep(10000);
    pthread_create(&threads[1], NULL, wait_in_worker, &second);
    usleep(10000);
    control(second.epoll, EPOLL_CTL_ADD, eventfd(1, 0), EPOLLIN);
    pthread_join(threads[1], NULL);
    printf("the second: %d, %s\n", second.count, now() - begin < 20 ? "at once" : "late");
    control(first.epoll, EPOLL_CTL_ADD, eventfd(1, 0), EPOLLIN);
    pthread_join(threads[0], NULL);
    printf("the first: %d\n", first.count);
}

/* Another thread closes the epoll that one waits for, and others get its memory. */
static void closed(void) {
    struct worker worker = {epoll_create1(0), -1, 0};
    pthread_t thread;
    int counter = eventfd(0, 0), others[32];
    uint64_t one = 1;
    control(worker.epoll, EPOLL_CTL_ADD, counter, EPOLLIN);
    pthread_create(&thread, NULL, wait_in_worker, &worker);
    while (!worker.begins) usleep(1000);
    usleep(1000000);
    close(worker.epoll);
    for (int i = 0; i < 32; i++) others[i] = eventfd(0x01010101, EFD_NONBLOCK);
    write(counter, &one, sizeof one);
    pthread_join(thread, NULL);
    printf("closed: %d\n", worker.count);
    for (int i = 0; i < 32; i++) close(others[i]);
    close(counter);
}

static void kinds(void) {
    int pipes[2];
    fd_set set;
    pipe(pipes);
    struct pollfd reading = {pipes[0], POLLRDNORM, 0}, writing = {pipes[1], POLLWRNORM, 0};
    tell("normal data to write", poll(&writing, 1, 1000)), printf("revents %x\n", writing.revents);
    tell("none to read", poll(&reading, 1, 20));
    write(pipes[1], "x", 1);
    tell("normal data to read", poll(&reading, 1, 1000)), printf("revents %x\n", reading.revents);
    close(pipes[1]);
    FD_ZERO(&set);
    FD_SET(pipes[0], &set);
    double begin = now();
    tell("no exception", select(pipes[0] + 1, NULL, NULL, &set, &(struct timeval){0, 100000}));
    printf("%s\n", now() - begin > 0.09 ? "after the time" : "at once");
    FD_SET(pipes[0], &set);
    tell("readable", select(pipes[0] + 1, &set, NULL, NULL, NULL));
    close(pipes[0]);
}

int main(void) {
    edges();
    one_shots();
    turns();
    nested();
    workers();
    closed();
    kinds();
    return 0;
}
