/* socket(), which brings the network stack into a program that calls it, and sockets as files. */
#include "network.h"
#include "socket.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

int error_of(err_t error) {
    static const int numbers[] = {[-ERR_OK] = 0,
                                  [-ERR_MEM] = ENOMEM,
                                  [-ERR_BUF] = ENOBUFS,
                                  [-ERR_TIMEOUT] = ETIMEDOUT,
                                  [-ERR_RTE] = EHOSTUNREACH,
                                  [-ERR_INPROGRESS] = EINPROGRESS,
                                  [-ERR_VAL] = EINVAL,
                                  [-ERR_WOULDBLOCK] = EAGAIN,
                                  [-ERR_USE] = EADDRINUSE,
                                  [-ERR_ALREADY] = EALREADY,
                                  [-ERR_ISCONN] = EISCONN,
                                  [-ERR_CONN] = ENOTCONN,
                                  [-ERR_IF] = ENETDOWN,
                                  [-ERR_ABRT] = ECONNABORTED,
                                  [-ERR_RST] = ECONNRESET,
                                  [-ERR_CLSD] = ENOTCONN,
                                  [-ERR_ARG] = EINVAL};
    return -numbers[-error];
}

uint64_t socket_deadline(uint64_t timeout) {
    /* Asking for the time leaves translated code: not for each read and write of who waits for ever. */
    if (timeout == 0) return NEVER;
    uint64_t now = time_now();
    return timeout < NEVER - now ? now + timeout : NEVER;
}

long socket_wait(struct file *file, int flags, uint64_t deadline) {
    if (flags & MSG_DONTWAIT) return -EAGAIN;
    return file_wait(file, file->object, deadline);
}

static long socket_read(struct file *file, void *bytes, size_t size) {
    struct socket *socket = file->object;
    ip_addr_t address;
    uint16_t port;
    size_t whole;
    return socket->operations->receive(file, bytes, size, 0, &address, &port, &whole);
}

static long socket_write(struct file *file, const void *bytes, size_t size) {
    struct socket *socket = file->object;
    return socket->operations->send(file, bytes, size, file->more ? MSG_MORE : 0, NULL, 0);
}

static int socket_poll(struct file *file) {
    struct socket *socket = file->object;
    return socket->operations->poll(socket);
}

static long socket_control(struct file *file, unsigned request, void *argument) {
    struct socket *socket = file->object;
    if (request != FIONREAD) return -ENOTTY;
    *(int *)argument = (int)socket->operations->readable(socket);
    return 0;
}

static void socket_close(struct file *file) {
    struct socket *socket = file->object;
    thread_wake(socket, 1000);
    socket->operations->close(socket);
}

static long socket_status(struct file *file, unsigned *mode) {
    (void)file;
    *mode = S_IFSOCK | 0777;
    return 0;
}

static const struct file_operations operations = {.read = socket_read,
                                                  .write = socket_write,
                                                  .poll = socket_poll,
                                                  .control = socket_control,
                                                  .close = socket_close,
                                                  .status = socket_status};

struct socket *socket_of(int descriptor, long *error) {
    struct file *file = file_of(descriptor);
    *error = !file ? -EBADF : file->operations != &operations ? -ENOTSOCK : 0;
    return *error ? NULL : file->object;
}

long socket_describe(struct socket *socket, int flags) {
    if (!file_can_describe()) return -EMFILE;
    struct file *file = file_create(&operations, socket, O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0));
    return file ? file_describe(file, 0) : -ENOMEM;
}

long system_socket(int domain, int type, int protocol);
long system_setsockopt(int descriptor, int level, int option, const void *value, socklen_t size);

int socket(int domain, int type, int protocol) {
    /* The start, the end and system calls find them where they are linked. */
    __asm__ volatile("" : : "r"(network_start), "r"(network_end), "r"(system_setsockopt));
    system_enter();
    long result = system_socket(domain, type, protocol);
    system_leave();
    if (result >= 0) return (int)result;
    errno = (int)-result;
    return -1;
}
