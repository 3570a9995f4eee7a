/* Metadata of a volume: the tree of its names as a row of records, and back. */
#include "heap.h"
#include "memory.h"
#include "params.h"
#include "volume-state.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static size_t padded(size_t size) { return (size + 3) & ~3u; }

/* The records of the commit under way. Pages, since a program that has used its memory up has no large piece left. */
static uint8_t **pages;
static size_t page_count;
_Static_assert(BLOCK_SIZE == PAGE_SIZE, "a page of records is a block of metadata");

/* Where the next record goes. One that only counts writes nothing. */
struct writer {
    bool counts;
    size_t size;
};

static void append(struct writer *writer, const void *bytes, size_t size) {
    for (size_t done = 0, part; done < size && !writer->counts; done += part) {
        size_t at = writer->size + done, within = at % BLOCK_SIZE;
        part = size - done < BLOCK_SIZE - within ? size - done : BLOCK_SIZE - within;
        memcpy(pages[at / BLOCK_SIZE] + within, (const uint8_t *)bytes + done, part);
    }
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

/* Writes all below the volume's directory, a directory before what is in it. Whoever makes names keeps paths short. */
static size_t write_all(const struct volume *volume, bool counts) {
    static char path[MAXIMUM_PATH]; /* Too large for small stacks; nothing waits in here. */
    struct writer writer = {.counts = counts};
    const struct node *top = volume->directory;
    size_t length = 0;
    for (const struct node *node = top->child; node; node = tree_next(node, top, &length)) {
        size_t end = length + strlen(node->name);
        memcpy(path + length, node->name, end - length);
        write_node(&writer, node, path, end);
        if (node->child) path[end] = '/';
    }
    return writer.size;
}

void metadata_free(void) {
    while (page_count > 0) memory_unmap(pages[--page_count], PAGE_SIZE);
    heap_free(pages);
    pages = NULL;
}

static bool take_pages(size_t count) {
    pages = heap_allocate(count * sizeof *pages);
    while (pages && page_count < count && (pages[page_count] = memory_map(PAGE_SIZE)) != NULL) page_count++;
    if (pages && page_count == count) return true;
    metadata_free();
    return false;
}

long metadata_write(struct volume *volume, uint8_t ***result, size_t *size) {
    *size = write_all(volume, true);
    size_t count = (*size + BLOCK_SIZE - 1) / BLOCK_SIZE;
    if (count > MAXIMUM_METADATA_BLOCKS) return -EFBIG;
    if (!take_pages(count)) {
        buffers_drop(volume); /* What they hold can be read again. */
        if (!take_pages(count)) return -ENOMEM;
    }
    write_all(volume, false);
    *result = pages;
    return 0;
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
