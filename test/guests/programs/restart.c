/* Signals that come while a call waits, with SA_RESTART and without; signals that are ignored; times that are none. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static void catch(int number) { (void)number, caught++; }

static void tell(const char *what, long result) { printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0); }

/* Again and again, so that one comes after the wait has begun. */
static void alarms(int milliseconds) {
    struct itimerval every = {{0, milliseconds * 1000}, {0, milliseconds * 1000}};
    setitimer(ITIMER_REAL, &every, NULL);
    caught = 0;
}

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static int pipes[2], full[2], listener;
static struct sockaddr_in address;
static sem_t semaphore;

/* Ends main's waits of one kind, each after several alarms; they are not delivered here. */
static void after_some_alarms(void) {
    int before = caught;
    while (caught < before + 3) usleep(1000);
}

static void *helper(void *nothing) {
    char page[4096];
    after_some_alarms();
    write(pipes[1], "x", 1);
    after_some_alarms();
    read(full[0], page, sizeof page);
    after_some_alarms();
    sem_post(&semaphore);
    after_some_alarms();
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&address, sizeof address);
    after_some_alarms();
    send(client, "y", 1, 0);
    return nothing;
}

static int datagrams(int milliseconds) {
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    struct timeval timeout = {milliseconds / 1000, milliseconds % 1000 * 1000};
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    return descriptor;
}

static void with_restart(void) {
    char page[4096] = {0};
    pthread_t thread;
    sigset_t alarm_set;
    sigemptyset(&alarm_set);
    sigaddset(&alarm_set, SIGALRM);
    handle(SIGALRM, catch, SA_RESTART);
    pthread_sigmask(SIG_BLOCK, &alarm_set, NULL);
    pthread_create(&thread, NULL, helper, NULL);
    pthread_sigmask(SIG_UNBLOCK, &alarm_set, NULL);
    alarms(5);
    tell("read", read(pipes[0], page, 1));
    tell("write", write(full[1], page, sizeof page));
    tell("sem_wait", sem_wait(&semaphore));
    int client = accept(listener, NULL, NULL);
    tell("accept", client >= 0);
    tell("recv", recv(client, page, 1, 0));
    pthread_join(thread, NULL);
    /* These are not repeated: they would begin anew. */
    int socket = datagrams(5000);
    struct epoll_event event;
    tell("recv with a timeout", recv(socket, page, 1, 0));
    tell("poll", poll(NULL, 0, 5000));
    tell("select", select(0, NULL, NULL, NULL, &(struct timeval){5, 0}));
    tell("epoll_wait", epoll_wait(epoll_create1(0), &event, 1, 5000));
    tell("nanosleep", nanosleep(&(struct timespec){5, 0}, NULL));
    tell("pause", pause());
    close(socket);
}

static void without_restart(void) {
    char page[4096] = {0};
    handle(SIGALRM, catch, 0);
    alarms(5);
    tell("read", read(pipes[0], page, 1));
    tell("write", write(full[1], page, sizeof page));
    tell("sem_wait", sem_wait(&semaphore));
    tell("accept", accept(listener, NULL, NULL));
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

static void *read_for_ever(void *nothing) {
    char byte;
    read(pipes[0], &byte, 1);
    return nothing;
}

static void cancelled(void) {
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, read_for_ever, NULL);
    usleep(10000);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    printf("cancelled %d\n", result == PTHREAD_CANCELED);
}

/* What is ignored is kept all the same while it is blocked, and waited for; it goes when it is unblocked. */
static void ignored(void) {
    static const int numbers[] = {SIGCHLD, SIGWINCH, SIGURG, SIGCONT};
    sigset_t set, pending;
    sigemptyset(&set);
    for (int i = 0; i < 4; i++) sigaddset(&set, numbers[i]);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 4; i++) {
        int number = 0;
        kill(getpid(), numbers[i]);
        tell("sigtimedwait", number = sigtimedwait(&set, NULL, &(struct timespec){0, 20000000}));
    }
    raise(SIGWINCH);
    sigpending(&pending);
    printf("pending %d\n", sigismember(&pending, SIGWINCH));
    handle(SIGWINCH, catch, 0);
    caught = 0;
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf("handled %d\n", caught);
    handle(SIGWINCH, SIG_DFL, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGWINCH);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    handle(SIGWINCH, catch, 0);
    printf("dropped %d\n", caught == 1);
    /* Pending with a handler, and then with an action that ignores it. */
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    handle(SIGUSR1, SIG_IGN, 0);
    sigpending(&pending);
    printf("pending %d\n", sigismember(&pending, SIGUSR1));
    handle(SIGCHLD, catch, 0);
    raise(SIGCHLD);
    handle(SIGCHLD, SIG_DFL, 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    puts("still here");
}

static void no_times(void) {
    struct timespec negative = {-1, 0}, large = {0, 1000000000};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    tell("select", select(0, NULL, NULL, NULL, &(struct timeval){-1, 0}));
    tell("pselect", pselect(0, NULL, NULL, NULL, &negative, NULL));
    tell("ppoll", ppoll(NULL, 0, &negative, NULL));
    tell("ppoll", ppoll(NULL, 0, &large, NULL));
    tell("nanosleep", nanosleep(&negative, NULL));
    tell("sigtimedwait", sigtimedwait(&set, NULL, &large));
    tell("setitimer", setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {-1, 0}}, NULL));
    tell("setitimer", setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 1000000}}, NULL));
}

int main(void) {
    char page[4096] = {0};
    socklen_t size = sizeof address;
    pipe(pipes);
    pipe2(full, O_NONBLOCK);
    while (write(full[1], page, sizeof page) > 0) continue;
    fcntl(full[1], F_SETFL, 0);
    sem_init(&semaphore, 0, 0);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    bind(listener, (struct sockaddr *)&address, sizeof address);
    getsockname(listener, (struct sockaddr *)&address, &size);
    listen(listener, 5);
    with_restart();
    without_restart();
    cancelled();
    ignored();
    no_times();
    return 0;
}
