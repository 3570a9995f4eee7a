/* Reads keys in raw mode with what the arguments say: vmin=, vtime=, size=; line: begins in lines; flush: forgets the line. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int number(int argc, char **argv, const char *name, int otherwise) {
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, strlen(name)) == 0) return atoi(argv[i] + strlen(name));
    return otherwise;
}

int main(int argc, char **argv) {
    struct termios settings;
    char keys[64];
    int size = number(argc, argv, "size=", sizeof keys), flush = number(argc, argv, "flush=", 0);
    tcgetattr(0, &settings);
    settings.c_lflag &= ~ECHO;
    tcsetattr(0, TCSANOW, &settings);
    usleep(number(argc, argv, "line=", 0) * 1000); /* Meanwhile something may be typed. */
    settings.c_lflag &= ~ICANON;
    settings.c_cc[VMIN] = (cc_t)number(argc, argv, "vmin=", 1);
    settings.c_cc[VTIME] = (cc_t)number(argc, argv, "vtime=", 0);
    tcsetattr(0, flush ? TCSAFLUSH : TCSANOW, &settings);
    if (flush == 2) usleep(100000), tcflush(0, TCIFLUSH);
    puts("raw");
    for (int i = 0; i < 3; i++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        struct pollfd entry = {0, POLLIN, 0};
        int ready = poll(&entry, 1, 0);
        long count = read(0, keys, (size_t)size);
        clock_gettime(CLOCK_MONOTONIC, &after);
        long tenths = (after.tv_sec - before.tv_sec) * 10 + (after.tv_nsec - before.tv_nsec) / 100000000;
        printf("%ld \"%.*s\" after %ld, ready %d\n", count, (int)(count > 0 ? count : 0), keys, tenths, ready);
    }
    return 0;
}
