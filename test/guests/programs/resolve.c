/* Looks up the names that it is given, and prints a line for each: the address, or why there is none. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
        int error = getaddrinfo(argv[i], "80", &hints, &found);
        char text[INET_ADDRSTRLEN];
        if (error) printf("%s: %s\n", argv[i], gai_strerror(error));
        else printf("%s: %s\n", argv[i],
                    inet_ntop(AF_INET, &((struct sockaddr_in *)found->ai_addr)->sin_addr, text, sizeof text));
    }
    return 0;
}
