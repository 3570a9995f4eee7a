/* Reading and writing through descriptors: plain, scattered, at a position, and from file to file. */
#define _GNU_SOURCE
#include "file.h"
#include "heap.h"
#include "params.h"
#include "storage.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/uio.h>

uint64_t node_file_size(struct file *file);

/* The network's, where the program has one: false for what is no socket that carries messages. */
bool socket_transfer(int descriptor, const struct iovec *pieces, int count, bool writing, long *result)
    __attribute__((weak));

static bool can_read(const struct file *file) { return (file->flags & O_ACCMODE) != O_WRONLY; }
static bool can_write(const struct file *file) { return (file->flags & O_ACCMODE) != O_RDONLY; }

static long read_file(struct file *file, void *bytes, size_t size) {
    if (file->operations->read) return file->operations->read(file, bytes, size);
    if (!file->operations->read_at) return -EINVAL;
    long count = file->operations->read_at(file, bytes, size, file->offset);
    if (count > 0) file->offset += (uint64_t)count;
    return count;
}

static long write_file(struct file *file, const void *bytes, size_t size) {
    if (file->operations->write) return file->operations->write(file, bytes, size);
    if (!file->operations->write_at) return -EINVAL;
    /* A write may wait for the disk: where the file ends is only known when it is done. */
    bool at_end = file->flags & O_APPEND;
    long count = file->operations->write_at(file, bytes, size, at_end ? AT_END : file->offset);
    if (count > 0) file->offset = at_end ? node_file_size(file) : file->offset + (uint64_t)count;
    return count;
}

/* Whether there is anything in pieces behind the first. */
static bool more_behind(const struct iovec *pieces, int count) {
    for (int i = 1; i < count; i++)
        if (pieces[i].iov_len > 0) return true;
    return false;
}

/* A transfer of several pieces. It ends with the first that is not transferred whole, and waits for the first alone. */
static long transfer(int descriptor, const struct iovec *pieces, int count, bool writing) {
    struct file *file = file_of(descriptor);
    if (!file || !(writing ? can_write(file) : can_read(file))) return -EBADF;
    if (count < 0 || count > IOV_MAX) return -EINVAL;
    long total = 0;
    if (socket_transfer && socket_transfer(descriptor, pieces, count, writing, &total)) return total;
    file_acquire(file);
    for (int i = 0; i < count; i++) {
        if (pieces[i].iov_len == 0) continue;
        if (!writing && total > 0 && file->operations->poll && !(file->operations->poll(file) & POLLIN)) break;
        file->more = writing && more_behind(pieces + i, count - i);
        long part = writing ? write_file(file, pieces[i].iov_base, pieces[i].iov_len)
                            : read_file(file, pieces[i].iov_base, pieces[i].iov_len);
        if (part < 0 && total == 0) total = part;
        if (part < 0) break;
        total += part;
        if ((size_t)part < pieces[i].iov_len) break;
    }
    file->more = false;
    file_release(file);
    return total;
}

long system_read(int descriptor, void *bytes, size_t size) {
    return transfer(descriptor, &(struct iovec){bytes, size}, 1, false);
}

long system_write(int descriptor, void *bytes, size_t size) {
    return transfer(descriptor, &(struct iovec){bytes, size}, 1, true);
}

long system_readv(int descriptor, const struct iovec *pieces, int count) {
    return transfer(descriptor, pieces, count, false);
}

long system_writev(int descriptor, const struct iovec *pieces, int count) {
    return transfer(descriptor, pieces, count, true);
}

static long transfer_at(int descriptor, void *bytes, size_t size, uint64_t offset, bool writing) {
    struct file *file = file_of(descriptor);
    if (!file || !(writing ? can_write(file) : can_read(file))) return -EBADF;
    if (writing ? !file->operations->write_at : !file->operations->read_at) return -ESPIPE;
    if ((int64_t)offset < 0) return -EINVAL;
    file_acquire(file);
    long count = writing ? file->operations->write_at(file, bytes, size, offset)
                         : file->operations->read_at(file, bytes, size, offset);
    file_release(file);
    return count;
}

static uint64_t joined(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

long system_pread64(int descriptor, void *bytes, size_t size, uint32_t low, uint32_t high) {
    return transfer_at(descriptor, bytes, size, joined(low, high), false);
}

long system_pwrite64(int descriptor, void *bytes, size_t size, uint32_t low, uint32_t high) {
    return transfer_at(descriptor, bytes, size, joined(low, high), true);
}

static long vector_at(int descriptor, const struct iovec *pieces, int count, uint64_t offset, bool writing) {
    long total = 0;
    for (int i = 0; i < count; i++) {
        long part = transfer_at(descriptor, pieces[i].iov_base, pieces[i].iov_len, offset + (uint64_t)total, writing);
        if (part < 0) return total ? total : part;
        total += part;
        if ((size_t)part < pieces[i].iov_len) break;
    }
    return total;
}

long system_preadv(int descriptor, const struct iovec *pieces, int count, uint32_t low, uint32_t high) {
    return vector_at(descriptor, pieces, count, joined(low, high), false);
}

long system_pwritev(int descriptor, const struct iovec *pieces, int count, uint32_t low, uint32_t high) {
    return vector_at(descriptor, pieces, count, joined(low, high), true);
}

long file_read_at(int descriptor, void *bytes, size_t size, uint64_t offset) {
    return transfer_at(descriptor, bytes, size, offset, false);
}

long system__llseek(int descriptor, uint32_t high, uint32_t low, uint64_t *result, int whence) {
    struct file *file = file_of(descriptor);
    if (!file) return -EBADF;
    if (!file->operations->read_at) return -ESPIPE;
    uint64_t base = whence == SEEK_CUR ? file->offset : whence == SEEK_END ? node_file_size(file) : 0;
    int64_t offset = (int64_t)(base + joined(low, high));
    if (whence < 0 || whence > SEEK_END || offset < 0) return -EINVAL;
    *result = file->offset = (uint64_t)offset;
    return 0;
}

/* Copies a page at a time between files that are held. */
static long send_pages(struct file *source, struct file *target, uint64_t *offset, size_t size, uint8_t *page) {
    long total = 0;
    while (size > 0) {
        if ((int64_t)*offset < 0) return total > 0 ? total : -EINVAL;
        long count = source->operations->read_at(source, page, size < PAGE_SIZE ? size : PAGE_SIZE, *offset);
        long written = count > 0 ? write_file(target, page, (size_t)count) : count;
        if (written <= 0) return total > 0 ? total : written;
        *offset += (uint64_t)written;
        total += written;
        size -= (size_t)written;
        if (written < count) break;
    }
    return total;
}

/* Bytes of a file into another. `position` is null where the file's own is meant. */
long system_sendfile64(int to, int from, uint64_t *position, size_t size) {
    struct file *source = file_of(from), *target = file_of(to);
    if (!source || !target || !can_read(source) || !can_write(target)) return -EBADF;
    if (!source->operations->read_at) return -EINVAL;
    uint8_t *page = heap_allocate(PAGE_SIZE);
    if (!page) return -ENOMEM;
    /* Another thread may close either while this waits. */
    file_acquire(source);
    file_acquire(target);
    long total = send_pages(source, target, position ? position : &source->offset, size, page);
    file_release(target);
    file_release(source);
    heap_free(page);
    return total;
}
