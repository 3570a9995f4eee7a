/* Mounting the virtual disks. */
#include "console.h"
#include "disk.h"
#include "heap.h"
#include "denali.h"
#include "volume-state.h"
#include "volume.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Fewer blocks than the superblocks, one of metadata twice, and one of data are no use. */
#define SMALLEST_VOLUME 8u

static struct volume *volumes[DENALI_MAXIMUM_DISKS];

static bool is_valid(const struct superblock *superblock, uint32_t block_count) {
    return memcmp(superblock->magic, VOLUME_MAGIC, sizeof superblock->magic) == 0 &&
           superblock->version == VOLUME_VERSION && superblock->block_count == block_count &&
           superblock->metadata_size <= MAXIMUM_METADATA_BLOCKS * BLOCK_SIZE &&
           superblock->checksum == checksum_of(superblock, BLOCK_SIZE - sizeof superblock->checksum);
}

static bool is_empty(const struct superblock *superblock) {
    const uint32_t *words = (const uint32_t *)superblock;
    for (unsigned i = 0; i < BLOCK_SIZE / 4; i++)
        if (words[i]) return false;
    return true;
}

/* Finds the newest superblock, or makes the first on an empty disk. Answers what is wrong, null when nothing is. */
static const char *find_superblock(struct volume *volume) {
    struct superblock *candidates = heap_allocate(2 * sizeof *candidates);
    if (!candidates) return "there is no memory";
    const char *wrong = NULL;
    if (disk_read(volume->disk, 0, &candidates[0]) || disk_read(volume->disk, 1, &candidates[1])) {
        wrong = "it cannot be read";
    } else {
        bool first = is_valid(&candidates[0], volume->block_count), second = is_valid(&candidates[1], volume->block_count);
        if (first && (!second || candidates[0].generation > candidates[1].generation)) volume->superblock = candidates[0];
        else if (second) volume->superblock = candidates[1];
        else if (!is_empty(&candidates[0]) || !is_empty(&candidates[1])) wrong = "it holds something else";
    }
    heap_free(candidates);
    return wrong;
}

static bool claim_metadata(struct volume *volume, size_t blocks) {
    for (size_t i = 0; i < blocks; i++) {
        uint32_t number = volume->superblock.metadata_blocks[i];
        if (number < FIRST_DATA_BLOCK || number >= volume->block_count || has_bit(volume->in_use, number)) return false;
        put_bit(volume->in_use, number);
        volume->free_blocks--;
    }
    return true;
}

static const char *load_metadata(struct volume *volume) {
    size_t size = volume->superblock.metadata_size, blocks = (size + BLOCK_SIZE - 1) / BLOCK_SIZE;
    if (!claim_metadata(volume, blocks)) return "its metadata is damaged";
    uint8_t *bytes = heap_allocate(blocks * BLOCK_SIZE + 1);
    if (!bytes) return "there is no memory";
    bool read = true;
    for (size_t i = 0; i < blocks && read; i++)
        read = disk_read(volume->disk, volume->superblock.metadata_blocks[i], bytes + i * BLOCK_SIZE) == 0;
    bool good = read && checksum_of(bytes, size) == volume->superblock.metadata_checksum && metadata_read(volume, bytes, size);
    heap_free(bytes);
    return good ? NULL : "its metadata is damaged";
}

static bool make_maps(struct volume *volume) {
    size_t bytes = (volume->block_count + 31) / 32 * sizeof(uint32_t);
    volume->in_use = heap_allocate_zeroed(bytes);
    volume->fresh = heap_allocate_zeroed(bytes);
    volume->dying = heap_allocate_zeroed(bytes);
    if (!volume->in_use || !volume->fresh || !volume->dying) return false;
    put_bit(volume->in_use, 0);
    put_bit(volume->in_use, 1);
    volume->free_blocks = volume->block_count - FIRST_DATA_BLOCK;
    volume->search_from = FIRST_DATA_BLOCK;
    return true;
}

static const char *mount(uint32_t disk) {
    struct volume *volume = heap_allocate_zeroed(sizeof *volume);
    if (!volume) return "there is no memory";
    volume->disk = disk;
    volume->block_count = denali_registers.disk_blocks[disk];
    volume->read_only = denali_registers.disk_read_only >> disk & 1;
    if (volume->block_count < SMALLEST_VOLUME) return "it has too few blocks";
    if (!make_maps(volume)) return "there is no memory";
    const char *wrong = find_superblock(volume);
    if (wrong) return wrong;
    char name[] = "disk0";
    name[4] = (char)('0' + disk);
    volume->directory = tree_add(&tree_root, name, 5, S_IFDIR | 0777);
    if (!volume->directory) return "there is no memory";
    volume->directory->volume = volume;
    if (volume->superblock.version) {
        wrong = load_metadata(volume);
    } else {
        memcpy(volume->superblock.magic, VOLUME_MAGIC, sizeof volume->superblock.magic);
        volume->superblock.version = VOLUME_VERSION;
        volume->superblock.block_count = volume->block_count;
        volume->superblock.metadata_checksum = checksum_of(NULL, 0);
    }
    volume->changed = false;
    if (wrong) volume->read_only = true; /* What could be read can be saved, and nothing is made worse. */
    volumes[disk] = volume;
    return wrong;
}

void volume_note(const char *text, uint32_t disk, const char *why) {
    char note[64];
    strcpy(note, text);
    *strchr(note, '0') = (char)('0' + disk);
    console_note(note, why);
}

void volumes_start(void) {
    for (uint32_t disk = 0; disk < denali_registers.disk_count && disk < DENALI_MAXIMUM_DISKS; disk++) {
        const char *wrong = mount(disk);
        if (wrong) volume_note("disk 0 has no files: ", disk, wrong);
    }
}

void disk_sync_all(void) {
    for (uint32_t disk = 0; disk < DENALI_MAXIMUM_DISKS; disk++) {
        long error = volumes[disk] ? volume_commit(volumes[disk]) : 0;
        if (!error) continue;
        const char *why = error == -ENOSPC   ? "it is full"
                          : error == -ENOMEM ? "there is no memory"
                          : error == -EFBIG  ? "it has too many files"
                                             : "it cannot be written";
        volume_note("changes of disk 0 are not saved: ", disk, why);
    }
}

long system_sync(void) {
    disk_sync_all();
    return 0;
}
