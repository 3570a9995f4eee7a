/* Transfers of virtual disks: which are under way, and waiting for them. */
#include "denali.h"
#include "disk.h"
#include "thread.h"
#include <errno.h>
#include <limits.h>

/* Transfers under way at once, of all disks; the kernel takes 32 for each. */
#define MAXIMUM_TRANSFERS 32u

struct transfer {
    bool busy, done, writing;
    int32_t error;
    uint32_t disk, block;
};

static struct transfer transfers[MAXIMUM_TRANSFERS];
static long write_errors[DENALI_MAXIMUM_DISKS];
static unsigned under_way;

static void finish_write(struct transfer *transfer) {
    if (transfer->error) write_errors[transfer->disk] = -EIO;
    transfer->busy = false;
}

void disk_poll(void) {
    uint32_t tag;
    int32_t error;
    if (under_way == 0) return;
    while (denali_disk_completion(&tag, &error) == 1) {
        struct transfer *transfer = &transfers[tag];
        transfer->done = true;
        transfer->error = error;
        under_way--;
        if (transfer->writing) finish_write(transfer);
        thread_wake(&transfers, INT_MAX);
    }
}

static struct transfer *take(uint32_t disk, uint32_t block, bool writing) {
    for (;;) {
        for (struct transfer *transfer = transfers; transfer < transfers + MAXIMUM_TRANSFERS; transfer++) {
            if (transfer->busy) continue;
            *transfer = (struct transfer){.busy = true, .writing = writing, .disk = disk, .block = block};
            under_way++;
            return transfer;
        }
        thread_wait_for_device(&transfers);
    }
}

static uint32_t tag_of(const struct transfer *transfer) { return (uint32_t)(transfer - transfers); }

static bool is_being_written(uint32_t disk, uint32_t block) {
    for (struct transfer *transfer = transfers; transfer < transfers + MAXIMUM_TRANSFERS; transfer++)
        if (transfer->busy && transfer->writing && transfer->disk == disk && transfer->block == block) return true;
    return false;
}

static void refuse(struct transfer *transfer) {
    under_way--;
    transfer->done = true;
    transfer->error = -EIO;
}

long disk_read(uint32_t disk, uint32_t block, void *bytes) {
    while (is_being_written(disk, block)) thread_wait_for_device(&transfers);
    struct transfer *transfer = take(disk, block, false);
    if (denali_disk_read(disk, block, bytes, tag_of(transfer)) != 0) refuse(transfer);
    while (!transfer->done) thread_wait_for_device(&transfers);
    transfer->busy = false;
    return transfer->error ? -EIO : 0;
}

/* Transfers end in any order: of two writes of a block, which was given up and taken again, the second must be the last. */
void disk_write(uint32_t disk, uint32_t block, const void *bytes) {
    while (is_being_written(disk, block)) thread_wait_for_device(&transfers);
    struct transfer *transfer = take(disk, block, true);
    if (denali_disk_write(disk, block, bytes, tag_of(transfer)) == 0) return;
    refuse(transfer);
    finish_write(transfer);
}

static bool has_writes(uint32_t disk) {
    for (struct transfer *transfer = transfers; transfer < transfers + MAXIMUM_TRANSFERS; transfer++)
        if (transfer->busy && transfer->writing && transfer->disk == disk) return true;
    return false;
}

long disk_drain(uint32_t disk) {
    while (has_writes(disk)) thread_wait_for_device(&transfers);
    long error = write_errors[disk];
    write_errors[disk] = 0;
    return error;
}
