/* Files of nodes: their contents in memory, and the open file over contents of either kind. */
#include "device.h"
#include "file.h"
#include "heap.h"
#include "memory.h"
#include "params.h"
#include "storage.h"
#include "volume.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

/* Doubles the room, so that a file that grows by small writes is not copied for each of them. */
static long make_room(struct node *node, uint64_t size) {
    if (size <= node->capacity) return 0;
    if (size > SIZE_MAX / 2) return -EFBIG;
    size_t capacity = node->capacity ? node->capacity : 64;
    while (capacity < size) capacity *= 2;
    uint8_t *larger = memory_grants(capacity) ? heap_resize(node->bytes, capacity) : NULL;
    if (!larger) return -ENOSPC;
    memset(larger + node->size, 0, capacity - node->size);
    node->bytes = larger;
    node->capacity = capacity;
    return 0;
}

static long resize_in_memory(struct node *node, uint64_t size) {
    if (size == 0) {
        if (node->capacity) heap_free(node->bytes);
        node->bytes = NULL;
        node->capacity = 0;
    } else {
        long error = make_room(node, size);
        if (error) return error;
        if (size < node->size) memset(node->bytes + size, 0, node->size - size);
    }
    node->size = size;
    return 0;
}

long storage_resize(struct node *node, uint64_t size) {
    if (size == node->size) return 0;
    if (node->fixed) return -EROFS;
    return node->volume ? volume_resize(node, size) : resize_in_memory(node, size);
}

bool storage_is_read_only(const struct node *node) {
    return node->fixed || (node->volume && volume_is_read_only(node->volume));
}

long storage_read(struct node *node, void *bytes, size_t size, uint64_t offset) {
    if (node->volume) return volume_read(node, bytes, size, offset);
    if (offset >= node->size) return 0;
    if (size > node->size - offset) size = (size_t)(node->size - offset);
    memcpy(bytes, node->bytes + offset, size);
    return (long)size;
}

long storage_write(struct node *node, const void *bytes, size_t size, uint64_t offset) {
    if (node->fixed) return -EROFS;
    if (size == 0) return 0;
    if (node->volume) return volume_write(node, bytes, size, offset);
    if (offset == AT_END) offset = node->size;
    if (offset + size > node->size) {
        long error = resize_in_memory(node, offset + size);
        if (error) return error;
    }
    memcpy(node->bytes + offset, bytes, size);
    return (long)size;
}

/* ---- Open files ---- */

static long node_file_read_at(struct file *file, void *bytes, size_t size, uint64_t offset) {
    struct node *node = file->object;
    if (S_ISDIR(node->mode)) return -EISDIR;
    return node->device ? node->device->read(bytes, size) : storage_read(node, bytes, size, offset);
}

static long node_file_write_at(struct file *file, const void *bytes, size_t size, uint64_t offset) {
    struct node *node = file->object;
    if (node->device) return (long)size;
    long count = storage_write(node, bytes, size, offset);
    if (count > 0) node_changed(node);
    return count;
}

static long node_file_finish(struct file *file) {
    struct node *node = file->object;
    bool written = node->volume && (file->flags & O_ACCMODE) != O_RDONLY;
    struct volume *volume = node->volume;
    node_release(node);
    return written ? volume_commit(volume) : 0;
}

static const struct file_operations operations = {
    .read_at = node_file_read_at, .write_at = node_file_write_at, .finish = node_file_finish};

struct file *node_open(struct node *node, int flags) {
    struct file *file = file_create(&operations, node, flags);
    if (file) node->references++;
    return file;
}

struct node *node_of_file(struct file *file) {
    return file && file->operations == &operations ? file->object : NULL;
}

uint64_t node_file_size(struct file *file) {
    struct node *node = node_of_file(file);
    return node ? node->size : 0;
}
