/* Open files and their descriptors, whatever is behind them. */
#ifndef ILWACO_FILE_H
#define ILWACO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file;

/* What a kind of file can do. A null pointer is an operation that it lacks. Answers are counts or negated error numbers. */
struct file_operations {
    long (*read)(struct file *, void *, size_t);
    long (*write)(struct file *, const void *, size_t);
    /* Files with positions have these two instead. */
    long (*read_at)(struct file *, void *, size_t, uint64_t offset);
    long (*write_at)(struct file *, const void *, size_t, uint64_t offset);
    /* POLLIN, POLLOUT and its like; a file without it is always ready. */
    int (*poll)(struct file *);
    long (*control)(struct file *, unsigned request, void *argument);
    void (*close)(struct file *);
    /* In place of close where the end can fail: 0, or the error that close() answers. */
    long (*finish)(struct file *);
    long (*status)(struct file *, unsigned *mode); /* Kind and permissions, for files that are no nodes. */
};

struct file {
    const struct file_operations *operations;
    unsigned references;
    uint32_t serial; /* Never used twice: tells a file from a later one at the same address. */
    int flags; /* O_... */
    bool more; /* During a write: the next piece of the same call follows. */
    uint64_t offset;
    void *object; /* What it is of: a node, a pipe, a socket. */
};

/* A file with one reference; null when there is no memory. */
struct file *file_create(const struct file_operations *operations, void *object, int flags);
void file_acquire(struct file *file);
/* Closes it with the last reference. 0, or why what was written to it may not survive. */
long file_release(struct file *file);

/* The file of a descriptor, null where there is none. The caller acquires it before it waits. */
struct file *file_of(int descriptor);
/* Whether there is a free descriptor. */
bool file_can_describe(void);
/* Gives a file the lowest free descriptor from `lowest` on, and the caller's reference with it. An error releases it. */
long file_describe(struct file *file, int lowest);
/* Reads from a position until the size, or the end of the file, is reached. */
long file_read_at(int descriptor, void *bytes, size_t size, uint64_t offset);

/*
 * Waits for a change of a file, as its flags and the deadline want. Answers 0 after a change, and the caller looks again;
 * -EAGAIN where there is no waiting, or no longer; -EBADF where it was closed meanwhile; for a signal -EINTR, or -RESTART
 * where there is no deadline.
 */
long file_wait(struct file *file, const void *channel, uint64_t deadline);
/* Wakes those that wait for a change of a channel and those that poll. */
void file_changed(const void *channel);
/*
 * A number that is another one whenever the file has changed, with null whenever any has: one whose channel is its object,
 * as with all that can be polled. It may be another one although nothing has.
 */
uint32_t file_changes(const struct file *file);
/* What it is ready for: POLLIN, POLLOUT and its like. */
int file_readiness(struct file *file);

#endif
