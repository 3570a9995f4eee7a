/* A Redis client: sets a thousand keys, gets them back, and counts what agrees. Argument: the server's address. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(6379)};
    if (argc < 2 || !inet_aton(argv[1], &address.sin_addr)) return 2;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, (struct sockaddr *)&address, sizeof address)) return perror("connect"), 1;
    FILE *answers = fdopen(server, "r");
    char line[128], expected[128];
    int set = 0, got = 0;
    for (int i = 0; i < 1000; i++) dprintf(server, "SET key:%d value-%d\r\n", i, i * 7919 % 1000);
    for (int i = 0; i < 1000; i++) set += fgets(line, sizeof line, answers) && strcmp(line, "+OK\r\n") == 0;
    for (int i = 0; i < 1000; i++) {
        dprintf(server, "GET key:%d\r\n", i);
        snprintf(expected, sizeof expected, "value-%d\r\n", i * 7919 % 1000);
        got += fgets(line, sizeof line, answers) && fgets(line, sizeof line, answers) && strcmp(line, expected) == 0;
    }
    printf("%d set, %d agree\n", set, got);
    dprintf(server, "EVAL \"return redis.call('dbsize') * 2\" 0\r\n");
    if (fgets(line, sizeof line, answers)) printf("script: %s", line);
    return 0;
}
