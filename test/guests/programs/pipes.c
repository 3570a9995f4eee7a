/* Pipes and event counters at their limits, descriptors when there are no more, and numbers that are rounded. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void tell(const char *what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

static int readiness(int descriptor) {
    struct pollfd entry = {descriptor, POLLIN | POLLOUT, 0};
    poll(&entry, 1, 0);
    return entry.revents;
}

/* Writes of up to PIPE_BUF bytes go in whole or not at all. */
static void records(void) {
    int pipes[2], torn = 0, count;
    char record[12], page[4096] = {0};
    pipe2(pipes, O_NONBLOCK);
    while (write(pipes[1], page, sizeof page) > 0) continue;
    tell("full", write(pipes[1], "x", 1));
    printf("ready %x\n", readiness(pipes[1]));
    read(pipes[0], page, 4);
    tell("4 bytes of room for 12", write(pipes[1], record, sizeof record));
    read(pipes[0], page, 4092);
    printf("ready %x\n", readiness(pipes[1]));
    tell("a page of room", write(pipes[1], page, sizeof page));
    while (read(pipes[0], page, sizeof page) > 0) continue;
    for (int i = 0; i < 10000; i++) {
        count = (int)write(pipes[1], record, sizeof record);
        torn += count > 0 && count < (int)sizeof record;
    }
    printf("torn %d\n", torn);
    while (read(pipes[0], page, sizeof page) > 0) continue;
    write(pipes[1], page, 100);
    tell("FIONREAD", ioctl(pipes[0], FIONREAD, &count)), printf("%d\n", count);
    close(pipes[0]);
    tell("nobody reads", write(pipes[1], page, 1));
    close(pipes[1]);
}

static int line[2];

static void *write_records(void *letter) {
    char record[3000];
    memset(record, *(char *)letter, sizeof record);
    for (int i = 0; i < 50; i++) write(line[1], record, sizeof record);
    return NULL;
}

/* Two threads' records come out whole. */
static void interleaved(void) {
    pthread_t threads[2];
    char record[3000];
    int mixed = 0, counts[2] = {0};
    pipe(line);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, write_records, &"ab"[i]);
    for (int i = 0; i < 100; i++) {
        for (size_t done = 0; done < sizeof record;) done += (size_t)read(line[0], record + done, sizeof record - done);
        for (size_t j = 0; j < sizeof record; j++) mixed += record[j] != record[0];
        counts[record[0] == 'b']++;
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    printf("mixed %d, %d and %d records\n", mixed, counts[0], counts[1]);
    close(line[0]);
    close(line[1]);
}

static void *read_some(void *nothing) {
    static char bytes[5000];
    for (size_t done = 0; done < sizeof bytes;) done += (size_t)read(line[0], bytes, sizeof bytes - done);
    close(line[0]);
    return nothing;
}

/* A large write of which a part went in before nobody read any more. */
static void cut_off(void) {
    static char bytes[300000];
    pthread_t thread;
    pipe(line);
    pthread_create(&thread, NULL, read_some, NULL);
    long count = write(line[1], bytes, sizeof bytes);
    printf("a part: %d\n", count > 5000 && count < (long)sizeof bytes);
    pthread_join(thread, NULL);
    close(line[1]);
}

static int counter;

static void *take_later(void *nothing) {
    uint64_t taken;
    usleep(10000);
    read(counter, &taken, sizeof taken);
    return nothing;
}

static void counters(void) {
    uint64_t all = UINT64_MAX, most = UINT64_MAX - 1, one = 1;
    pthread_t thread;
    counter = eventfd(0, 0);
    tell("too much", write(counter, &all, sizeof all));
    tell("full", write(counter, &most, sizeof most));
    printf("ready %x\n", readiness(counter));
    pthread_create(&thread, NULL, take_later, NULL);
    tell("more, when there is room", write(counter, &one, sizeof one));
    pthread_join(thread, NULL);
    tell("read", read(counter, &all, sizeof all)), printf("%d\n", (int)all);
    fcntl(counter, F_SETFL, O_NONBLOCK);
    write(counter, &most, sizeof most);
    tell("no waiting", write(counter, &one, sizeof one));
    close(counter);
}

/* A pipe wants two descriptors, and takes none where there is one. */
static void descriptors(void) {
    struct rlimit limit = {1024, 1024};
    int pipes[2], last = -1, descriptor;
    setrlimit(RLIMIT_NOFILE, &limit);
    while ((descriptor = dup(0)) >= 0) last = descriptor;
    for (int i = 0; i < 300; i++) pipe(pipes);
    tell("none left", pipe(pipes));
    close(last);
    for (int i = 0; i < 300; i++) pipe(pipes);
    tell("one left", pipe(pipes));
    tell("it is still there", dup(0) == last);
    close(last);
    close(last - 1);
    tell("two left", pipe(pipes));
    write(pipes[1], "x", 1);
    close(pipes[1]);
    tell("over another", dup2(pipes[0], last - 2) == last - 2);
    close(pipes[0]);
    char byte;
    tell("read", read(last - 2, &byte, 1));
    tell("to itself", dup2(last - 2, last - 2) == last - 2);
    tell("of nothing", dup2(last, 0));
    tell("to nowhere", dup2(0, 1024));
    for (int i = 3; i < 1024; i++) close(i);
}

static void roundings(void) {
    static volatile uint64_t numbers[] = {(1ull << 63) + (1ull << 39) + 1, (1ull << 63) + (1ull << 39),
                                          UINT64_MAX, (1ull << 62) + (1ull << 38) + 1, (1ull << 53) + 1};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        printf("%a %a\n", (double)(float)numbers[i], (double)(float)(int64_t)numbers[i]);
    /* Numbers next to the middle between two floats, for all sizes. */
    uint32_t sum = 2166136261u;
    for (int shift = 0; shift < 40; shift++)
        for (uint64_t mantissa = 0x800000; mantissa < 0x800400; mantissa++)
            for (int near = -2; near <= 2; near++) {
                volatile uint64_t number = (mantissa << shift) + (shift ? 1ull << (shift - 1) : 0) + (uint64_t)(int64_t)near;
                float rounded = (float)number;
                uint32_t bits;
                memcpy(&bits, &rounded, sizeof bits);
                sum = (sum ^ bits) * 16777619u;
            }
    printf("%08x\n", sum);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    records();
    interleaved();
    cut_off();
    counters();
    descriptors();
    roundings();
    return 0;
}
