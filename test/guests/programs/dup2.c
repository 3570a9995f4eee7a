/* dup2() over a file whose close waits for the disk, while another thread opens files. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile int is_over;

static void *open_files(void *nothing) {
    while (!is_over) {
        open("/dev/null", O_RDONLY);
        usleep(10);
    }
    return nothing;
}

int main(void) {
    static char bytes[65536];
    pthread_t thread;
    int target = open("/disk0/file", O_CREAT | O_WRONLY, 0600);
    memset(bytes, 1, sizeof bytes);
    printf("written: %ld\n", (long)write(target, bytes, sizeof bytes));
    pthread_create(&thread, NULL, open_files, NULL);
    printf("over the file: %d\n", dup2(1, target) == target);
    is_over = 1;
    pthread_join(thread, NULL);
    printf("to the console: %ld\n", (long)write(target, "!\n", 2));
    return 0;
}
