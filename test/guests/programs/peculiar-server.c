/*
 * A web server whose answers are as HTTP allows and seldom are: /long has a head of 1 KB, /chunked a body in chunks, /early another
 * response ahead of the real one, /empty no body, /closing ends the connection behind a body of known length, /damaged is none. With
 * -slow behind the path it comes in small pieces. /dripping, a byte at a time, and /flooding never end. Other paths get their own
 * length.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SMALL_PIECE 7

static bool says(int descriptor, const char *text, bool slowly) {
    size_t length = strlen(text), most = slowly ? SMALL_PIECE : length;
    for (size_t at = 0; at < length; at += most) {
        size_t piece = length - at < most ? length - at : most;
        if (write(descriptor, text + at, piece) != (ssize_t)piece) return false;
    }
    return true;
}

static const char *answer_of(const char *path) {
    static char text[2048], filling[1000];
    memset(filling, 'x', sizeof filling - 1);
    if (strncmp(path, "/long", 5) == 0) {
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nX-Filling: %s\r\nContent-Length: 2\r\n\r\nok", filling);
        return text;
    }
    if (strncmp(path, "/chunked", 8) == 0)
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;b=c\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n";
    if (strncmp(path, "/early", 6) == 0)
        return "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok";
    if (strncmp(path, "/empty", 6) == 0) return "HTTP/1.1 204 No Content\r\n\r\n";
    if (strncmp(path, "/closing", 8) == 0) return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    if (strncmp(path, "/damaged", 8) == 0) return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\nhello\r\n0\r\n\r\n";
    snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n%6zu", strlen(path));
    return text;
}

/* Sends without end, with so many microseconds between pieces. */
static void go_on(int descriptor, size_t piece, useconds_t pause) {
    static char bytes[1400];
    if (!says(descriptor, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", false)) return;
    while (write(descriptor, bytes, piece) > 0)
        if (pause) usleep(pause);
}

/* Serves one connection until its end. */
static void serve(int descriptor) {
    char request[2048], path[1100];
    for (size_t length = 0;;) {
        ssize_t count = read(descriptor, request + length, sizeof request - 1 - length);
        if (count <= 0) return;
        request[length += (size_t)count] = 0;
        if (!strstr(request, "\r\n\r\n")) continue;
        length = 0;
        if (sscanf(request, "GET %1099s", path) != 1) return;
        if (strcmp(path, "/dripping") == 0) return go_on(descriptor, 1, 500000);
        if (strcmp(path, "/flooding") == 0) return go_on(descriptor, 1400, 0);
        if (!says(descriptor, answer_of(path), strstr(path, "-slow")) || strncmp(path, "/closing", 8) == 0) return;
    }
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 1;
    for (;;) {
        int descriptor = accept(listener, NULL, NULL), on = 1;
        if (descriptor < 0) return 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        serve(descriptor);
        close(descriptor);
    }
}
