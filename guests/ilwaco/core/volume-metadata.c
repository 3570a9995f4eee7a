/* Metadata of a volume: the tree of its names as a row of records, and back. */
#include "heap.h"
#include "params.h"
#include "volume-state.h"
#include <string.h>
#include <sys/stat.h>

static size_t padded(size_t size) { return (size + 3) & ~3u; }

/* Where the next record goes; with null bytes it only counts. */
struct writer {
    uint8_t *bytes;
    size_t size;
};

static void append(struct writer *writer, const void *bytes, size_t size) {
    if (writer->bytes) memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void write_node(struct writer *writer, const struct node *node, const char *path, size_t path_length) {
    struct record record = {.mode = node->mode,
                            .path_length = (uint32_t)path_length,
                            .size = node->size,
                            .modified = node->modified,
                            .block_count = (uint32_t)node->block_count};
    static const char padding[4];
    append(writer, &record, sizeof record);
    append(writer, path, path_length);
    append(writer, padding, padded(path_length) - path_length);
    append(writer, node->blocks, node->block_count * sizeof *node->blocks);
}

/* Writes all below a directory, whose path is path[0 .. length). */
static void write_children(struct writer *writer, const struct node *directory, char *path, size_t length) {
    for (const struct node *node = directory->child; node; node = node->sibling) {
        size_t name = strlen(node->name);
        if (length + name + 1 > MAXIMUM_PATH) continue;
        memcpy(path + length, node->name, name);
        write_node(writer, node, path, length + name);
        path[length + name] = '/';
        if (S_ISDIR(node->mode)) write_children(writer, node, path, length + name + 1);
    }
}

uint8_t *metadata_write(struct volume *volume, size_t *size) {
    char path[MAXIMUM_PATH + 1];
    struct writer writer = {NULL, 0};
    write_children(&writer, volume->directory, path, 0);
    *size = writer.size;
    size_t room = (writer.size + BLOCK_SIZE - 1) / BLOCK_SIZE * BLOCK_SIZE;
    writer = (struct writer){heap_allocate_zeroed(room ? room : 1), 0};
    if (writer.bytes) write_children(&writer, volume->directory, path, 0);
    return writer.bytes;
}

/* Makes the node at a path whose directories come earlier. Null when they do not, or there is no memory. */
static struct node *add(struct volume *volume, const char *path, size_t length, unsigned mode) {
    struct node *directory = volume->directory;
    for (const char *slash; (slash = memchr(path, '/', length)) != NULL;) {
        size_t part = (size_t)(slash - path);
        directory = tree_child(directory, path, part);
        if (!directory || !S_ISDIR(directory->mode)) return NULL;
        path = slash + 1;
        length -= part + 1;
    }
    return length ? tree_add(directory, path, length, mode) : NULL;
}

/* Takes over a file's blocks. False when one is outside the disk or belongs to another file. */
static bool claim_blocks(struct volume *volume, struct node *node, const struct block *blocks, uint32_t count) {
    if (count == 0) return true;
    node->blocks = heap_allocate(count * sizeof *blocks);
    if (!node->blocks) return false;
    memcpy(node->blocks, blocks, count * sizeof *blocks);
    node->block_count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = blocks[i].number;
        if (number == 0) continue;
        if (number < FIRST_DATA_BLOCK || number >= volume->block_count || has_bit(volume->in_use, number)) return false;
        put_bit(volume->in_use, number);
        volume->free_blocks--;
    }
    return true;
}

bool metadata_read(struct volume *volume, const uint8_t *bytes, size_t size) {
    for (size_t at = 0; at < size;) {
        struct record record;
        if (size - at < sizeof record) return false;
        memcpy(&record, bytes + at, sizeof record);
        at += sizeof record;
        if (record.path_length >= MAXIMUM_PATH || record.block_count > volume->block_count) return false;
        size_t length = padded(record.path_length) + record.block_count * sizeof(struct block);
        if (size - at < length || record.size > (uint64_t)record.block_count * BLOCK_SIZE) return false;
        struct node *node = add(volume, (const char *)bytes + at, record.path_length, record.mode);
        if (!node) return false;
        node->size = record.size;
        node->modified = record.modified;
        const struct block *blocks = (const struct block *)(bytes + at + padded(record.path_length));
        if (!claim_blocks(volume, node, blocks, record.block_count)) return false;
        at += length;
    }
    return true;
}
