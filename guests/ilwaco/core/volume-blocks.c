/* The blocks of a volume: which are in use, and a cache of some in memory. */
#include "console.h"
#include "disk.h"
#include "heap.h"
#include "volume-state.h"
#include <errno.h>
#include <string.h>

uint32_t metadata_reserve(const struct volume *volume) {
    return (volume->superblock.metadata_size / BLOCK_SIZE + 2) * 2;
}

uint32_t block_take(struct volume *volume, uint32_t reserve) {
    if (volume->free_blocks <= reserve) return 0;
    for (uint32_t tried = 0; tried < volume->block_count; tried++) {
        uint32_t number = volume->search_from++;
        if (volume->search_from >= volume->block_count) volume->search_from = FIRST_DATA_BLOCK;
        if (has_bit(volume->in_use, number)) continue;
        put_bit(volume->in_use, number);
        put_bit(volume->fresh, number);
        volume->free_blocks--;
        return number;
    }
    return 0;
}

void block_release(struct volume *volume, uint32_t number) {
    if (number == 0) return;
    buffer_forget(volume, number);
    if (!has_bit(volume->fresh, number)) return put_bit(volume->dying, number);
    drop_bit(volume->fresh, number);
    drop_bit(volume->in_use, number);
    volume->free_blocks++;
}

void blocks_committed(struct volume *volume) {
    for (uint32_t number = FIRST_DATA_BLOCK; number < volume->block_count; number++) {
        if (!has_bit(volume->dying, number)) continue;
        drop_bit(volume->in_use, number);
        volume->free_blocks++;
    }
    size_t bytes = (volume->block_count + 31) / 32 * sizeof(uint32_t);
    memset(volume->dying, 0, bytes);
    memset(volume->fresh, 0, bytes);
}

static void write_out(struct volume *volume, struct buffer *buffer) {
    if (!buffer->dirty) return;
    buffer->node->blocks[buffer->index].checksum = checksum_of(buffer->bytes, BLOCK_SIZE);
    buffer->dirty = false;
    disk_write(volume->disk, buffer->number, buffer->bytes);
}

void buffers_write(struct volume *volume) {
    for (unsigned i = 0; i < CACHED_BLOCKS; i++) write_out(volume, &volume->buffers[i]);
}

static void empty(struct buffer *buffer) {
    buffer->number = 0;
    buffer->dirty = false;
    buffer->last_use = 0;
}

void buffer_forget(struct volume *volume, uint32_t number) {
    for (unsigned i = 0; i < CACHED_BLOCKS; i++) {
        if (volume->buffers[i].number != number) continue;
        empty(&volume->buffers[i]);
    }
}

void buffers_drop(struct volume *volume) {
    for (unsigned i = 0; i < CACHED_BLOCKS; i++) {
        heap_free(volume->buffers[i].bytes);
        volume->buffers[i].bytes = NULL;
        empty(&volume->buffers[i]);
    }
}

/*
 * A buffer that holds no block: one that has memory, else one that gets some, else the one that was not used for longest,
 * written out. Null when there is no memory at all.
 */
static struct buffer *vacate(struct volume *volume) {
    struct buffer *chosen = NULL, *bare = NULL;
    for (unsigned i = 0; i < CACHED_BLOCKS; i++) {
        struct buffer *buffer = &volume->buffers[i];
        if (!buffer->bytes) bare = buffer;
        else if (!chosen || buffer->last_use < chosen->last_use) chosen = buffer;
    }
    if (bare && (!chosen || chosen->number)) {
        bare->bytes = heap_allocate(BLOCK_SIZE);
        if (bare->bytes) return bare;
    }
    if (!chosen) return NULL;
    write_out(volume, chosen);
    empty(chosen);
    return chosen;
}

struct buffer *buffer_assign(struct volume *volume, struct buffer *buffer, struct node *node, size_t index) {
    buffer->number = node->blocks[index].number;
    buffer->node = node;
    buffer->index = index;
    buffer->last_use = ++volume->clock;
    return buffer;
}

struct buffer *buffer_empty(struct volume *volume) {
    struct buffer *buffer = vacate(volume);
    if (buffer) memset(buffer->bytes, 0, BLOCK_SIZE);
    return buffer;
}

struct buffer *buffer_of(struct volume *volume, struct node *node, size_t index, long *error) {
    uint32_t number = node->blocks[index].number;
    for (unsigned i = 0; i < CACHED_BLOCKS; i++)
        if (volume->buffers[i].number == number) return buffer_assign(volume, &volume->buffers[i], node, index);
    struct buffer *buffer = vacate(volume);
    *error = -ENOMEM;
    if (!buffer) return NULL;
    *error = disk_read(volume->disk, number, buffer->bytes);
    if (!*error && checksum_of(buffer->bytes, BLOCK_SIZE) != node->blocks[index].checksum) {
        console_note("a block on disk is damaged, in ", node->name);
        *error = -EIO;
    }
    return *error ? NULL : buffer_assign(volume, buffer, node, index);
}
