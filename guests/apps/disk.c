/*
 * disk: counts its boots on its virtual disk, and writes, reads back and verifies blocks.
 *
 * disk [BLOCKS]: how many blocks to test, 64 by default. Status 0 when every block held what was written, now and at
 * the boot before; 1 when one did not; 2 when there is no disk.
 *
 * Block 0 counts the boots; it is written last, so that the count is that of the boots whose blocks are all on the disk.
 * Each other block says which boot wrote it and the rest follows from that and its number. A boot that was cut off
 * leaves some blocks of the next boot behind: they are as good.
 */
#include "runtime.h"

DENALI_MEMORY(512 * 1024);

#define DISK 0
#define HEADER_MAGIC 0x4b534944 /* "DISK" */
#define MAXIMUM_BLOCKS 64
#define WORDS (DENALI_DISK_BLOCK_SIZE / 4)

static uint32_t blocks[MAXIMUM_BLOCKS][WORDS];
static uint32_t header[WORDS];

static uint32_t pattern(uint32_t boot, uint32_t block, uint32_t word) {
    uint32_t mixed = (boot * 0x9e3779b9u) ^ (block * 0x85ebca6bu) ^ (word * 0xc2b2ae35u);
    return mixed ^ (mixed >> 15);
}

static _Noreturn void give_up(const char *what, uint32_t block, int32_t error) {
    printf("disk: could not %s block %u, error %d\n", what, block, error);
    denali_terminate(1);
}

/* Transfers blocks `first` to `first + count - 1` from or to buffers one behind the other, many under way at once. */
static void transfer(bool write, uint32_t first, uint32_t count, uint32_t (*buffers)[WORDS]) {
    const char *what = write ? "write" : "read";
    uint32_t started = 0, completed = 0;
    while (completed < count) {
        while (started < count) {
            int32_t error = write ? denali_disk_write(DISK, first + started, buffers[started], started)
                                  : denali_disk_read(DISK, first + started, buffers[started], started);
            if (error == DENALI_ERROR_AGAIN) break;
            if (error < 0) give_up(what, first + started, error);
            started++;
        }
        uint32_t tag, before = completed;
        int32_t error;
        while (denali_disk_completion(&tag, &error) == 1) {
            if (error < 0) give_up(what, first + tag, error);
            completed++;
        }
        /* What was collected made room to start more; an interrupt comes only for what is under way. */
        if (completed == before) denali_idle(DENALI_FOREVER);
    }
}

/* Checks the blocks in the buffers, which a boot between the two given must have written; ends the VM if not. */
static void verify(uint32_t count, uint32_t oldest, uint32_t newest) {
    for (uint32_t block = 0; block < count; block++) {
        uint32_t boot = blocks[block][0];
        if (boot < oldest || boot > newest) {
            printf("disk: block %u says boot %u wrote it, not one of %u to %u\n", block + 1, boot, oldest, newest);
            denali_terminate(1);
        }
        for (uint32_t word = 1; word < WORDS; word++)
            if (blocks[block][word] != pattern(boot, block + 1, word)) {
                printf("disk: block %u differs from what was written, at byte %u\n", block + 1, word * 4);
                denali_terminate(1);
            }
    }
}

int main(int argc, char **argv) {
    uint32_t wanted = number_argument(argc, argv, 1, MAXIMUM_BLOCKS);
    if (denali_registers.disk_count == 0) {
        print("disk: this VM has no virtual disk; start it with one\n");
        return 2;
    }
    if (denali_registers.disk_blocks[DISK] < 2) {
        print("disk: this VM's virtual disk is too small, it needs 2 blocks\n");
        return 2;
    }
    uint32_t room = denali_registers.disk_blocks[DISK] - 1;
    if (wanted > room) wanted = room;
    if (wanted > MAXIMUM_BLOCKS) wanted = MAXIMUM_BLOCKS;

    transfer(false, 0, 1, &header);
    uint32_t boots = 0;
    if (header[0] == HEADER_MAGIC) {
        boots = header[1];
        uint32_t kept = header[2] <= MAXIMUM_BLOCKS && header[2] <= room ? header[2] : 0;
        transfer(false, 1, kept, blocks);
        verify(kept, boots, boots + 1);
        printf("found %u blocks of boot %u intact\n", kept, boots);
    }
    if (denali_registers.disk_read_only & 1u << DISK) {
        print("the disk is read-only: nothing written\n");
        return 0;
    }
    boots++;
    for (uint32_t block = 0; block < wanted; block++) {
        blocks[block][0] = boots;
        for (uint32_t word = 1; word < WORDS; word++) blocks[block][word] = pattern(boots, block + 1, word);
    }
    transfer(true, 1, wanted, blocks);
    memset(blocks, 0, sizeof blocks);
    transfer(false, 1, wanted, blocks);
    verify(wanted, boots, boots);
    header[0] = HEADER_MAGIC;
    header[1] = boots;
    header[2] = wanted;
    transfer(true, 0, 1, &header);
    printf("boot %u: %u blocks written, read back and verified\n", boots, wanted);
    return 0;
}
