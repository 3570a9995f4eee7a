/* Pipes and event counters (eventfd): what event loops wake themselves with. */
#define _GNU_SOURCE
#include "file.h"
#include "heap.h"
#include "params.h"
#include "signals.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

struct pipe {
    uint8_t bytes[PIPE_CAPACITY];
    size_t start, length;
    unsigned readers, writers;
};

static long pipe_read(struct file *file, void *bytes, size_t size) {
    struct pipe *pipe = file->object;
    while (pipe->length == 0) {
        if (pipe->writers == 0) return 0;
        long error = file_wait(file, pipe, NEVER);
        if (error) return error;
    }
    size_t count = size < pipe->length ? size : pipe->length;
    for (size_t i = 0; i < count; i++) ((uint8_t *)bytes)[i] = pipe->bytes[(pipe->start + i) % PIPE_CAPACITY];
    pipe->start = (pipe->start + count) % PIPE_CAPACITY;
    pipe->length -= count;
    file_changed(pipe);
    return (long)count;
}

/* Up to PIPE_BUF bytes in one piece; of more what fits, and all of it unless the file's flags want no waiting. */
static long pipe_write(struct file *file, const void *bytes, size_t size) {
    struct pipe *pipe = file->object;
    size_t done = 0;
    while (done < size) {
        if (pipe->readers == 0) {
            signal_send(current_thread, SIGPIPE);
            return done ? (long)done : -EPIPE;
        }
        size_t room = PIPE_CAPACITY - pipe->length, count = size - done < room ? size - done : room;
        if (size <= PIPE_BUF && room < size) count = 0;
        for (size_t i = 0; i < count; i++)
            pipe->bytes[(pipe->start + pipe->length + i) % PIPE_CAPACITY] = ((const uint8_t *)bytes)[done + i];
        pipe->length += count;
        done += count;
        if (count) file_changed(pipe);
        if (done == size) break;
        long error = file_wait(file, pipe, NEVER);
        if (error) return done ? (long)done : error;
    }
    return (long)done;
}

static int pipe_poll(struct file *file) {
    struct pipe *pipe = file->object;
    if ((file->flags & O_ACCMODE) == O_WRONLY)
        return (PIPE_CAPACITY - pipe->length >= PIPE_BUF ? POLLOUT : 0) | (pipe->readers == 0 ? POLLERR : 0);
    return (pipe->length ? POLLIN : 0) | (pipe->writers == 0 ? POLLHUP : 0);
}

static long pipe_control(struct file *file, unsigned request, void *argument) {
    const struct pipe *pipe = file->object;
    if (request != FIONREAD) return -ENOTTY;
    *(int *)argument = (int)pipe->length;
    return 0;
}

static void pipe_close(struct file *file) {
    struct pipe *pipe = file->object;
    if ((file->flags & O_ACCMODE) == O_WRONLY) pipe->writers--;
    else pipe->readers--;
    file_changed(pipe);
    if (pipe->readers + pipe->writers == 0) heap_free(pipe);
}

static const struct file_operations pipe_operations = {
    .read = pipe_read, .write = pipe_write, .poll = pipe_poll, .control = pipe_control, .close = pipe_close};

long system_close(int descriptor);

long system_pipe2(int descriptors[2], int flags) {
    struct pipe *pipe = heap_allocate(sizeof *pipe);
    if (!pipe) return -ENFILE;
    pipe->start = pipe->length = 0;
    pipe->readers = pipe->writers = 1;
    struct file *reader = file_create(&pipe_operations, pipe, O_RDONLY | (flags & O_NONBLOCK));
    struct file *writer = file_create(&pipe_operations, pipe, O_WRONLY | (flags & O_NONBLOCK));
    if (!reader || !writer) {
        heap_free(reader);
        heap_free(writer);
        heap_free(pipe);
        return -ENFILE;
    }
    long first = file_describe(reader, 0), second = file_describe(writer, 0);
    if (first >= 0 && second >= 0) {
        descriptors[0] = (int)first;
        descriptors[1] = (int)second;
        return 0;
    }
    if (first >= 0) system_close((int)first);
    return -EMFILE;
}

long system_pipe(int descriptors[2]) { return system_pipe2(descriptors, 0); }

/* ---- Event counters ---- */

#define LARGEST_COUNT (UINT64_MAX - 1)

struct counter {
    uint64_t value;
    bool semaphore;
};

static long counter_read(struct file *file, void *bytes, size_t size) {
    struct counter *counter = file->object;
    if (size < sizeof(uint64_t)) return -EINVAL;
    while (counter->value == 0) {
        long error = file_wait(file, counter, NEVER);
        if (error) return error;
    }
    uint64_t taken = counter->semaphore ? 1 : counter->value;
    counter->value -= taken;
    memcpy(bytes, &taken, sizeof taken);
    file_changed(counter);
    return sizeof taken;
}

static long counter_write(struct file *file, const void *bytes, size_t size) {
    struct counter *counter = file->object;
    uint64_t added;
    if (size < sizeof added) return -EINVAL;
    memcpy(&added, bytes, sizeof added);
    if (added == UINT64_MAX) return -EINVAL;
    while (added > LARGEST_COUNT - counter->value) {
        long error = file_wait(file, counter, NEVER);
        if (error) return error;
    }
    counter->value += added;
    file_changed(counter);
    return sizeof added;
}

static int counter_poll(struct file *file) {
    struct counter *counter = file->object;
    return (counter->value ? POLLIN : 0) | (counter->value < LARGEST_COUNT ? POLLOUT : 0);
}

static void counter_close(struct file *file) { heap_free(file->object); }

static const struct file_operations counter_operations = {
    .read = counter_read, .write = counter_write, .poll = counter_poll, .close = counter_close};

long system_eventfd2(unsigned value, int flags) {
    struct counter *counter = heap_allocate(sizeof *counter);
    if (!counter) return -ENOMEM;
    *counter = (struct counter){value, flags & EFD_SEMAPHORE};
    struct file *file = file_create(&counter_operations, counter, O_RDWR | (flags & O_NONBLOCK));
    if (file) return file_describe(file, 0);
    heap_free(counter);
    return -ENOMEM;
}

long system_eventfd(unsigned value) { return system_eventfd2(value, 0); }
