/*
 * How files are kept on a virtual disk of 4,096-byte blocks. All numbers are little-endian.
 *
 * Blocks 0 and 1 hold superblocks; the valid one of the higher generation counts. It names the blocks of the metadata: one
 * record for each file and directory, with the numbers and checksums of its data blocks. Nothing that the current
 * superblock leads to is ever overwritten: a commit writes data and metadata to free blocks and then the other superblock.
 * So whenever the VM is killed, the disk is as the last commit left it. When a write fails, which blocks are good is not
 * known, nor which superblock counts: nothing more is written until the disk is mounted again.
 */
#ifndef ILWACO_VOLUME_FORMAT_H
#define ILWACO_VOLUME_FORMAT_H

#include "tree.h"

#define BLOCK_SIZE 4096u
#define FIRST_DATA_BLOCK 2u
#define VOLUME_MAGIC "ILWACOFS"
#define VOLUME_VERSION 1u
/* 4 MB of metadata: half a million blocks, 2 GB, in all files together. */
#define MAXIMUM_METADATA_BLOCKS 1000u

struct superblock {
    char magic[8];
    uint32_t version;
    uint32_t block_count;
    uint64_t generation;
    uint32_t metadata_size; /* Bytes. */
    uint32_t metadata_checksum;
    uint32_t metadata_blocks[MAXIMUM_METADATA_BLOCKS];
    uint32_t unused[15];
    uint32_t checksum; /* Of everything before it. */
};
_Static_assert(sizeof(struct superblock) == BLOCK_SIZE, "a superblock is a block");

/* One file or directory. Behind it: its path below the volume's directory, padded to words, and its blocks. */
struct record {
    uint32_t mode;
    uint32_t path_length;
    uint64_t size;
    uint64_t modified;
    uint32_t block_count;
    uint32_t unused;
};

/* FNV-1a over words: any one changed word changes it. The size is a multiple of 4. Begins with, and goes on from, a sum. */
#define CHECKSUM_OF_NOTHING 0x811c9dc5u
static inline uint32_t checksum_more(uint32_t sum, const void *bytes, size_t size) {
    for (const uint32_t *word = bytes, *end = word + size / 4; word < end; word++) sum = (sum ^ *word) * 0x01000193;
    return sum;
}
static inline uint32_t checksum_of(const void *bytes, size_t size) {
    return checksum_more(CHECKSUM_OF_NOTHING, bytes, size);
}

#endif
