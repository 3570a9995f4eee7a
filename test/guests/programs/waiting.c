/* Every way to wait, by POSIX: select and its like with masks of signals, sigwait, pause, clocks; prints what came. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static void catch(int number) { caught = number; }

static void tell(const char *what, long result) {
    printf("%s: %ld %d\n", what, result, result < 0 ? errno : 0);
}

static void alarm_in(int milliseconds) {
    struct itimerval once = {.it_value = {0, milliseconds * 1000}};
    caught = 0;
    setitimer(ITIMER_REAL, &once, NULL);
}

/* Where nothing holds a signal back until the wait has begun: one that came before is followed by others. */
static void alarm_every(int milliseconds) {
    struct itimerval again = {{0, milliseconds * 1000}, {0, milliseconds * 1000}};
    caught = 0;
    setitimer(ITIMER_REAL, &again, NULL);
}

static long disarmed(long result) {
    int error = errno;
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    errno = error;
    return result;
}

static void *wait_for_signal(void *set) {
    int number = 0, error = sigwait(set, &number);
    return (void *)(long)(error ? -error : number);
}

/* Blocked everywhere but for the waits whose mask lets it through. */
static void with_masks(int input, const sigset_t *blocked) {
    sigset_t none;
    fd_set set;
    sigemptyset(&none);
    FD_ZERO(&set);
    FD_SET(input, &set);
    pthread_sigmask(SIG_BLOCK, blocked, NULL);
    alarm_in(20);
    tell("pselect", pselect(input + 1, &set, NULL, NULL, NULL, &none)), printf("caught %d\n", caught == SIGALRM);
    struct pollfd entry = {input, POLLIN, 0};
    alarm_in(20);
    tell("ppoll", ppoll(&entry, 1, NULL, &none)), printf("caught %d\n", caught == SIGALRM);
    struct epoll_event event;
    alarm_in(20);
    tell("epoll_pwait", epoll_pwait(epoll_create1(0), &event, 1, -1, &none)), printf("caught %d\n", caught == SIGALRM);
    alarm_in(10);
    tell("ppoll, blocked", ppoll(&entry, 1, &(struct timespec){0, 50000000}, NULL)), printf("caught %d\n", caught);
    tell("sigsuspend", sigsuspend(&none)), printf("caught %d\n", caught == SIGALRM);
}

static void with_sigwait(sigset_t *blocked) {
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, wait_for_signal, blocked);
    usleep(5000);
    kill(getpid(), SIGUSR1);
    pthread_join(thread, &result);
    printf("sigwait: %d\n", (long)result == SIGUSR1);
    siginfo_t information;
    tell("sigtimedwait", sigtimedwait(blocked, &information, &(struct timespec){0, 10000000}));
    raise(SIGUSR1);
    printf("sigwaitinfo: %d\n", sigwaitinfo(blocked, &information) == SIGUSR1 && information.si_signo == SIGUSR1);
    pthread_sigmask(SIG_UNBLOCK, blocked, NULL);
}

static void *nap(void *nothing) {
    usleep(5000);
    return nothing;
}

static void with_clocks(void) {
    struct timespec time, rest = {0};
    tell("clock_getres", clock_getres(CLOCK_MONOTONIC, &time));
    printf("resolution %ld %ld\n", (long)time.tv_sec, (long)time.tv_nsec);
    tell("clock_nanosleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 1000000}, NULL));
    clock_gettime(CLOCK_REALTIME, &time);
    tell("until", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL));
    alarm_every(10);
    tell("interrupted", disarmed(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){20, 0}, &rest)));
    printf("rest %d\n", rest.tv_sec >= 10 && rest.tv_sec < 20);
    alarm_every(10);
    tell("pause", disarmed(pause())), printf("caught %d\n", caught == SIGALRM);
    pthread_t thread;
    pthread_create(&thread, NULL, nap, NULL);
    alarm_every(20);
    tell("pause, alone meanwhile", disarmed(pause())), printf("caught %d\n", caught == SIGALRM);
    pthread_join(thread, NULL);
    printf("times %d\n", times(&(struct tms){0}) != (clock_t)-1);
}

int main(void) {
    int pipes[2];
    fd_set reads;
    struct timeval timeout = {0, 10000};
    sigset_t blocked;
    pipe(pipes);
    signal(SIGALRM, catch);
    signal(SIGUSR1, catch);
    FD_ZERO(&reads);
    FD_SET(pipes[0], &reads);
    tell("select, nothing", select(pipes[0] + 1, &reads, NULL, NULL, &timeout)), printf("set %d\n", FD_ISSET(pipes[0], &reads));
    FD_SET(pipes[0], &reads);
    alarm_every(10);
    tell("select, interrupted", disarmed(select(pipes[0] + 1, &reads, NULL, NULL, NULL)));
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigaddset(&blocked, SIGUSR1);
    with_masks(pipes[0], &blocked);
    with_sigwait(&blocked);
    with_clocks();
    write(pipes[1], "x", 1);
    FD_SET(pipes[0], &reads);
    tell("select, one", select(pipes[0] + 1, &reads, NULL, NULL, NULL)), printf("set %d\n", FD_ISSET(pipes[0], &reads) != 0);

    struct timespec times[2] = {{1, 0}, {1000000000, 0}};
    struct stat status;
    char file[40];
    sprintf(file, "/tmp/denali-waiting-%d", (int)getpid());
    close(open(file, O_CREAT | O_WRONLY, 0600));
    tell("utimensat", utimensat(AT_FDCWD, file, times, 0));
    stat(file, &status);
    unlink(file);
    printf("modified %ld\n", (long)status.st_mtime);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo("localhost", "80", &hints, &found);
    printf("localhost %d %d\n", error,
           error == 0 && ((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    return 0;
}
