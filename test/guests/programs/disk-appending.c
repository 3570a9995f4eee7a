/* Two threads that append lines to one file, each line while its end is not in memory; prints how many lines are there. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS 20

static int other, lines;
static pthread_barrier_t barrier;

/* More than the system keeps of a disk. */
static void read_other(void) {
    static char block[4096];
    for (int i = 0; i < 40; i++)
        if (pread(other, block, sizeof block, i * (int)sizeof block) != (long)sizeof block) puts("short");
}

static void *append(void *text) {
    for (int i = 0; i < ROUNDS; i++) {
        if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) read_other();
        pthread_barrier_wait(&barrier);
        if (write(lines, text, strlen(text)) != (long)strlen(text)) puts("not written");
    }
    return NULL;
}

int main(int argc, char **argv) {
    static char block[4096], text[4096];
    pthread_t first, second;
    if (argc < 2 || chdir(argv[1]) < 0) return 1;
    other = open("other", O_CREAT | O_RDWR, 0644);
    for (int i = 0; i < 40; i++)
        if (write(other, block, sizeof block) != (long)sizeof block) puts("not written");
    lines = open("lines", O_CREAT | O_RDWR | O_APPEND, 0644);
    write(lines, "begin\n", 6);
    fsync(lines);
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&first, NULL, append, "the first\n");
    pthread_create(&second, NULL, append, "the second\n");
    pthread_join(first, NULL), pthread_join(second, NULL);
    long size = pread(lines, text, sizeof text, 0), count = 0;
    for (long i = 0; i < size; i++) count += text[i] == '\n';
    printf("%ld bytes, %ld lines, at %ld\n", size, count, (long)lseek(lines, 0, SEEK_CUR));
    return 0;
}
