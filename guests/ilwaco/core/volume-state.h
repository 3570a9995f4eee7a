/* A mounted volume, for the files that implement it: blocks in use, the cache, metadata. */
#ifndef ILWACO_VOLUME_STATE_H
#define ILWACO_VOLUME_STATE_H

#include "volume-format.h"

#define CACHED_BLOCKS 32u

/* A block in memory. */
struct buffer {
    uint32_t number; /* 0: holds none. */
    bool dirty;
    struct node *node; /* Whose block `index` it is, for its checksum when it is written. */
    size_t index;
    uint32_t last_use; /* 0 when it holds none. */
    uint8_t *bytes;
};

struct volume {
    uint32_t disk;
    uint32_t block_count;
    bool read_only;
    bool failed;  /* A write failed: it is read-only as well, and no commit succeeds. */
    bool busy;    /* A thread is in it; others wait on the volume. */
    bool changed; /* Since the last commit. */
    struct node *directory;
    uint32_t *in_use; /* A bit a block: of the last commit, or of now. */
    uint32_t *fresh;  /* Taken since the last commit: may be written again. */
    uint32_t *dying;  /* Of the last commit, and no longer of now: free after the next. */
    uint32_t free_blocks;
    uint32_t search_from;
    struct superblock superblock; /* The last commit's. */
    struct buffer buffers[CACHED_BLOCKS];
    uint32_t clock;
};

/* volume-mount.c. A note on the console about a disk: its number stands where the text has a 0. */
void volume_note(const char *text, uint32_t disk, const char *why);

static inline bool has_bit(const uint32_t *map, uint32_t index) { return map[index / 32] >> (index % 32) & 1; }
static inline void put_bit(uint32_t *map, uint32_t index) { map[index / 32] |= 1u << (index % 32); }
static inline void drop_bit(uint32_t *map, uint32_t index) { map[index / 32] &= ~(1u << (index % 32)); }

/* volume-blocks.c. A block number, 0 when none is free; `reserve` are left for metadata. */
uint32_t block_take(struct volume *volume, uint32_t reserve);
void block_release(struct volume *volume, uint32_t number);
void blocks_committed(struct volume *volume);
/* Blocks that the metadata will need at the next commit. */
uint32_t metadata_reserve(const struct volume *volume);
/* The block in memory, read and checked; null and an error when it cannot be read. */
struct buffer *buffer_of(struct volume *volume, struct node *node, size_t index, long *error);
/* A buffer of zeros that holds no block yet; null when there is no memory. */
struct buffer *buffer_empty(struct volume *volume);
/* Makes it the buffer of a file's block. */
struct buffer *buffer_assign(struct volume *volume, struct buffer *buffer, struct node *node, size_t index);
void buffer_forget(struct volume *volume, uint32_t number);
void buffers_write(struct volume *volume);
/* Gives the memory of all buffers back; they must have been written. */
void buffers_drop(struct volume *volume);

/*
 * volume-metadata.c: records of the tree below the volume's directory, and the tree from records. The records are in pages
 * of the system's until metadata_free(), for one commit at a time. Answers 0 or an error.
 */
long metadata_write(struct volume *volume, uint8_t ***pages, size_t *size);
void metadata_free(void);
bool metadata_read(struct volume *volume, const uint8_t *bytes, size_t size);

#endif
