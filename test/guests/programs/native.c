/* An ordinary program with threads, sockets and floating point: on Ilwaco it must print what it prints on Linux. */
#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

/* Three of these take turns. */
static void *take_turns(void *argument) {
    int me = (int)(long)argument;
    for (int round = 0; round < 4; round++) {
        pthread_mutex_lock(&lock);
        while (turn != me) pthread_cond_wait(&changed, &lock);
        printf("thread %d, round %d\n", me, round);
        turn = (turn + 1) % 3;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return (void *)(long)(me * me);
}

/* Adds the numbers that a client sends, a line each. */
static void *serve(void *listener) {
    int connection = accept(*(int *)listener, NULL, NULL), number;
    FILE *lines = fdopen(connection, "r+");
    for (int sum = 0; fscanf(lines, "%d", &number) == 1;) dprintf(connection, "sum %d\n", sum += number);
    fclose(lines);
    return NULL;
}

int main(void) {
    pthread_t threads[3], server;
    for (long i = 0; i < 3; i++) pthread_create(&threads[i], NULL, take_turns, (void *)i);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1)) return perror("listen"), 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    pthread_create(&server, NULL, serve, &listener);
    if (connect(client, (struct sockaddr *)&address, sizeof address)) return perror("connect"), 1;
    FILE *answers = fdopen(client, "r");
    char line[64];
    for (int i = 1; i <= 5; i++) {
        dprintf(client, "%d\n", i * i);
        if (fgets(line, sizeof line, answers)) printf("%s", line);
    }
    shutdown(client, SHUT_WR);
    pthread_join(server, NULL);
    printf("closed: %d\n", fgets(line, sizeof line, answers) == NULL);
    for (int i = 1; i < 40; i += 7) printf("%.15g %a %lld\n", exp(i / 9.0), sin(i), (long long)pow(i, 11));
    printf("%zu %s\n", strlen(getenv("HOME") ? "home" : ""), strerror(2));
    return 3;
}
