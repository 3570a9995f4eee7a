/* Asks for other processes in every way; there are none, and the program goes on. */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argc;
    pid_t id;
    printf("posix_spawn: %s\n", strerror(posix_spawn(&id, "/bin/true", NULL, NULL, argv, environ)));
    int status = system("true");
    printf("system: %d, %s\n", status, strerror(errno));
    FILE *stream = popen("true", "r");
    printf("popen: %d, %s\n", stream != NULL, strerror(errno));
    id = fork();
    printf("fork: %d, %s\n", (int)id, strerror(errno));
    return 7;
}
