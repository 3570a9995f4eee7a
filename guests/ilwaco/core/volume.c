/* Files on virtual disks: reading, writing and committing. */
#include "disk.h"
#include "heap.h"
#include "memory.h"
#include "params.h"
#include "storage.h"
#include "thread.h"
#include "volume-state.h"
#include "volume.h"
#include <errno.h>
#include <string.h>

bool volume_is_read_only(const struct volume *volume) { return volume->read_only; }
void volume_changed(struct volume *volume) { volume->changed = true; }

/* What no file can be larger than, in 64 bits: a size that a program asks for may have more than 2^32 blocks. */
static uint64_t largest_size(const struct volume *volume) { return (uint64_t)volume->block_count * BLOCK_SIZE; }

void volume_space(const struct volume *volume, uint64_t *total, uint64_t *unused) {
    *total = volume ? volume->block_count : denali_registers.memory_size / PAGE_SIZE;
    *unused = volume ? volume->free_blocks : memory_free() / PAGE_SIZE;
}

/* A transfer lets other threads run: they must not come in between. */
static void enter(struct volume *volume) {
    while (volume->busy) thread_wait_for_device(volume);
    volume->busy = true;
}

static void leave(struct volume *volume) {
    volume->busy = false;
    thread_wake(volume, 1);
}

static size_t blocks_of(uint64_t size) { return (size_t)((size + BLOCK_SIZE - 1) / BLOCK_SIZE); }

static long smaller(size_t size, size_t limit) { return (long)(size < limit ? size : limit); }

/* One piece, inside one block. */
static long read_piece(struct node *node, uint8_t *bytes, size_t size, uint64_t offset) {
    size_t index = (size_t)(offset / BLOCK_SIZE), within = (size_t)(offset % BLOCK_SIZE);
    long count = smaller(size, BLOCK_SIZE - within), error = 0;
    if (node->blocks[index].number == 0) return memset(bytes, 0, (size_t)count), count;
    struct buffer *buffer = buffer_of(node->volume, node, index, &error);
    if (!buffer) return error;
    memcpy(bytes, buffer->bytes + within, (size_t)count);
    return count;
}

long volume_read(struct node *node, void *bytes, size_t size, uint64_t offset) {
    enter(node->volume);
    long total = 0;
    if (offset >= node->size) size = 0; /* Now that nobody else changes it. */
    else if (size > node->size - offset) size = (size_t)(node->size - offset);
    while ((size_t)total < size) {
        long count = read_piece(node, (uint8_t *)bytes + total, size - (size_t)total, offset + (uint64_t)total);
        if (count < 0 && total == 0) total = count;
        if (count < 0) break;
        total += count;
    }
    leave(node->volume);
    return total;
}

/* Room for the blocks of a size; those added are holes. */
static long make_room(struct node *node, uint64_t size) {
    if (size > largest_size(node->volume)) return -EFBIG;
    size_t count = blocks_of(size);
    if (count <= node->block_count) return 0;
    struct block *blocks = heap_resize(node->blocks, count * sizeof *blocks);
    if (!blocks) return -ENOMEM;
    memset(blocks + node->block_count, 0, (count - node->block_count) * sizeof *blocks);
    node->blocks = blocks;
    node->block_count = count;
    return 0;
}

/* A buffer that may be changed: of a block that the last commit does not lead to, with the present contents. */
static struct buffer *writable_buffer(struct node *node, size_t index, bool whole, long *error) {
    struct volume *volume = node->volume;
    struct block *block = &node->blocks[index];
    if (block->number && has_bit(volume->fresh, block->number)) return buffer_of(volume, node, index, error);
    /* Nothing may fail after the file leads to the new block. */
    struct buffer *buffer = block->number && !whole ? buffer_of(volume, node, index, error) : buffer_empty(volume);
    if (!buffer && !*error) *error = -ENOMEM;
    if (!buffer) return NULL;
    uint32_t number = block_take(volume, metadata_reserve(volume)), old = block->number;
    if (!number) return *error = -ENOSPC, NULL;
    block->number = number;
    buffer_assign(volume, buffer, node, index); /* Old contents move; the old block stays as it is on disk. */
    block_release(volume, old);
    return buffer;
}

static long write_piece(struct node *node, const uint8_t *bytes, size_t size, uint64_t offset) {
    size_t index = (size_t)(offset / BLOCK_SIZE), within = (size_t)(offset % BLOCK_SIZE);
    long count = smaller(size, BLOCK_SIZE - within), error = 0;
    struct buffer *buffer = writable_buffer(node, index, count == BLOCK_SIZE, &error);
    if (!buffer) return error;
    memcpy(buffer->bytes + within, bytes, (size_t)count);
    buffer->dirty = true;
    if (offset + (uint64_t)count > node->size) node->size = offset + (uint64_t)count;
    return count;
}

long volume_write(struct node *node, const void *bytes, size_t size, uint64_t offset) {
    enter(node->volume);
    if (offset == AT_END) offset = node->size; /* Now that nobody else changes it. */
    uint64_t largest = largest_size(node->volume);
    if (offset < largest && size > largest - offset) size = (size_t)(largest - offset); /* As much as there is room for. */
    long total = node->volume->read_only ? -EROFS : make_room(node, offset + size);
    while (total >= 0 && (size_t)total < size) {
        long count = write_piece(node, (const uint8_t *)bytes + total, size - (size_t)total, offset + (uint64_t)total);
        if (count < 0 && total == 0) total = count;
        if (count < 0) break;
        total += count;
    }
    leave(node->volume);
    return total;
}

/* Zeroes what is behind the end in the last block, so that growing again shows zeros. */
static long clear_tail(struct node *node, uint64_t size) {
    size_t index = (size_t)(size / BLOCK_SIZE), within = (size_t)(size % BLOCK_SIZE);
    long error = 0;
    if (within == 0 || index >= node->block_count || node->blocks[index].number == 0) return 0;
    struct buffer *buffer = writable_buffer(node, index, false, &error);
    if (!buffer) return error;
    memset(buffer->bytes + within, 0, BLOCK_SIZE - within);
    buffer->dirty = true;
    return 0;
}

long volume_resize(struct node *node, uint64_t size) {
    enter(node->volume);
    /* It may have become so while this waited. What no name leads to any more is given up all the same. */
    long error = node->volume->read_only && size > 0 ? -EROFS
                 : size > node->size                 ? make_room(node, size) : clear_tail(node, size);
    if (!error) {
        for (size_t index = blocks_of(size); index < node->block_count; index++) {
            block_release(node->volume, node->blocks[index].number);
            node->blocks[index] = (struct block){0};
        }
        node->block_count = blocks_of(size);
        node->size = size;
        node->volume->changed = true;
        if (size == 0) {
            heap_free(node->blocks);
            node->blocks = NULL;
        }
    }
    leave(node->volume);
    return error;
}

/* Puts the metadata on free blocks. The superblock then names them. */
static long write_metadata(struct volume *volume, struct superblock *superblock) {
    size_t size;
    uint8_t **pages;
    long error = metadata_write(volume, &pages, &size);
    if (error) return error;
    size_t count = blocks_of(size);
    memset(superblock->metadata_blocks, 0, sizeof superblock->metadata_blocks);
    superblock->metadata_size = (uint32_t)size;
    superblock->metadata_checksum = CHECKSUM_OF_NOTHING;
    for (size_t i = 0; i < count && !error; i++) {
        superblock->metadata_blocks[i] = block_take(volume, 0);
        if (!superblock->metadata_blocks[i]) error = -ENOSPC;
        else disk_write(volume->disk, superblock->metadata_blocks[i], pages[i]);
        uint32_t here = (uint32_t)smaller(size - i * BLOCK_SIZE, BLOCK_SIZE);
        superblock->metadata_checksum = checksum_more(superblock->metadata_checksum, pages[i], here);
    }
    metadata_free();
    for (size_t i = 0; i < count && error; i++) block_release(volume, superblock->metadata_blocks[i]);
    return error;
}

/*
 * A write failed. The block may have left the cache, and a superblock may be on the disk or not: whatever is written from
 * now on might make it worse. The last commit stays.
 */
static long fail(struct volume *volume) {
    volume->failed = volume->read_only = true;
    volume_note("disk 0 could not be written: ", volume->disk, "it is read-only from now on, and has what was saved before");
    return -EIO;
}

/* The superblock last, and only when all that it leads to is on the disk. */
static long commit(struct volume *volume) {
    static struct superblock next; /* 4 KB are too many for a thread's stack; commits wait for each other. */
    next = volume->superblock;
    buffers_write(volume);
    long error = write_metadata(volume, &next);
    if (error) return error;
    error = disk_drain(volume->disk);
    if (error) return fail(volume);
    next.generation++;
    next.checksum = checksum_of(&next, BLOCK_SIZE - sizeof next.checksum);
    disk_write(volume->disk, next.generation % 2, &next);
    error = disk_drain(volume->disk);
    if (error) return fail(volume);
    for (unsigned i = 0; i < MAXIMUM_METADATA_BLOCKS; i++) block_release(volume, volume->superblock.metadata_blocks[i]);
    volume->superblock = next;
    blocks_committed(volume);
    return 0;
}

long volume_commit(struct volume *volume) {
    static char one_commit;
    static bool committing;
    enter(volume);
    while (committing) thread_wait_for_device(&one_commit);
    committing = true;
    bool wanted = volume->changed && !volume->read_only;
    long error = volume->failed && volume->changed ? -EIO : 0;
    if (wanted) {
        volume->changed = false; /* Names may change while the commit waits for the disk. */
        error = commit(volume);
        if (error) volume->changed = true;
    }
    committing = false;
    thread_wake(&one_commit, 1);
    leave(volume);
    return error;
}
