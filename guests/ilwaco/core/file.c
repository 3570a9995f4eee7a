/* Open files: references, the table of descriptors, and the system calls over descriptors alone. */
#define _GNU_SOURCE
#include "file.h"
#include "heap.h"
#include "params.h"
#include "thread.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

static struct file *files[MAXIMUM_DESCRIPTORS];

struct file *file_create(const struct file_operations *operations, void *object, int flags) {
    static uint32_t last_serial;
    struct file *file = heap_allocate_zeroed(sizeof *file);
    if (!file) return NULL;
    file->serial = ++last_serial;
    file->operations = operations;
    file->references = 1;
    file->flags = flags;
    file->object = object;
    return file;
}

void file_acquire(struct file *file) { file->references++; }

long file_release(struct file *file) {
    if (--file->references > 0) return 0;
    if (file->operations->close) file->operations->close(file);
    long error = file->operations->finish ? file->operations->finish(file) : 0;
    heap_free(file);
    return error;
}

struct file *file_of(int descriptor) {
    return descriptor >= 0 && descriptor < MAXIMUM_DESCRIPTORS ? files[descriptor] : NULL;
}

static int free_descriptor(int lowest) {
    int descriptor = lowest;
    while (descriptor < MAXIMUM_DESCRIPTORS && files[descriptor]) descriptor++;
    return descriptor;
}

bool file_can_describe(void) { return free_descriptor(0) < MAXIMUM_DESCRIPTORS; }

long file_describe(struct file *file, int lowest) {
    int descriptor = free_descriptor(lowest);
    if (descriptor < MAXIMUM_DESCRIPTORS) {
        files[descriptor] = file;
        return descriptor;
    }
    file_release(file);
    return -EMFILE;
}

long file_wait(struct file *file, const void *channel, uint64_t deadline) {
    if (file->flags & O_NONBLOCK) return -EAGAIN;
    file_acquire(file);
    long outcome = thread_wait(channel, deadline);
    bool still_open = file->references > 1;
    file_release(file);
    if (!still_open) return -EBADF;
    if (outcome == -EINTR && deadline == NEVER) return -RESTART;
    return outcome == -ETIMEDOUT ? -EAGAIN : outcome;
}

/* Changes are counted for channels and not for files, which are not known here, and for several of them together. */
#define CHANGE_COUNTS 256u
static uint32_t changes[CHANGE_COUNTS], all_changes;

static uint32_t *changes_of(const void *channel) {
    return &changes[(uint32_t)(uintptr_t)channel * 2654435761u >> 24]; /* Knuth's multiplicative hashing. */
}
_Static_assert(CHANGE_COUNTS == 1u << (32 - 24), "what is left of a hash is an index");

uint32_t file_changes(const struct file *file) { return file ? *changes_of(file->object) : all_changes; }

void file_changed(const void *channel) {
    ++*changes_of(channel);
    all_changes++;
    thread_wake(channel, INT_MAX);
    thread_wake(&poll_channel, INT_MAX);
}

long system_close(int descriptor) {
    struct file *file = file_of(descriptor);
    if (!file) return -EBADF;
    files[descriptor] = NULL;
    return file_release(file);
}

static long duplicate(int descriptor, int lowest) {
    struct file *file = file_of(descriptor);
    if (!file) return -EBADF;
    if (lowest < 0 || lowest >= MAXIMUM_DESCRIPTORS) return -EINVAL;
    file_acquire(file);
    return file_describe(file, lowest);
}

long system_dup(int descriptor) { return duplicate(descriptor, 0); }

long system_dup2(int descriptor, int wanted) {
    struct file *file = file_of(descriptor), *before = file_of(wanted);
    if (!file || wanted < 0 || wanted >= MAXIMUM_DESCRIPTORS) return -EBADF;
    if (descriptor == wanted) return wanted;
    file_acquire(file);
    files[wanted] = file; /* First: closing may wait, and another thread would take the number. */
    if (before) file_release(before);
    return wanted;
}

long system_dup3(int descriptor, int wanted) { return descriptor == wanted ? -EINVAL : system_dup2(descriptor, wanted); }

/* Flags that can be changed after opening. */
#define CHANGEABLE_FLAGS (O_APPEND | O_NONBLOCK)

long system_fcntl64(int descriptor, int command, long argument) {
    struct file *file = file_of(descriptor);
    if (!file) return -EBADF;
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: return duplicate(descriptor, argument);
    case F_GETFD:
    case F_SETFD: return 0; /* There is no exec() that would close it. */
    case F_GETFL: return file->flags;
    case F_SETFL: file->flags = (file->flags & ~CHANGEABLE_FLAGS) | (argument & CHANGEABLE_FLAGS); return 0;
    case F_GETLK: ((struct flock *)argument)->l_type = F_UNLCK; return 0;
    case F_SETLK:
    case F_SETLKW: return 0; /* Locks are between processes, and there is one. */
    case F_SETOWN: return 0;
    default: return -EINVAL;
    }
}

long system_flock(int descriptor) { return file_of(descriptor) ? 0 : -EBADF; }

#define FIONBIO 0x5421

long system_ioctl(int descriptor, unsigned request, void *argument) {
    struct file *file = file_of(descriptor);
    if (!file) return -EBADF;
    if (request == FIONBIO) {
        file->flags = *(int *)argument ? file->flags | O_NONBLOCK : file->flags & ~O_NONBLOCK;
        return 0;
    }
    return file->operations->control ? file->operations->control(file, request, argument) : -ENOTTY;
}
