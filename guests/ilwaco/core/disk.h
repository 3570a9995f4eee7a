/* Virtual disks as blocks: reads wait, writes are under way until a drain. Only threads in the system may call these. */
#ifndef ILWACO_DISK_H
#define ILWACO_DISK_H

#include <stdint.h>

/* Collects completed transfers. */
void disk_poll(void);
/* Reads a block of 4,096 bytes, after the writes of it that are under way. 0 or -EIO. */
long disk_read(uint32_t disk, uint32_t block, void *bytes);
/* Starts writing a block, after writes of it that are under way; the bytes are taken at once. Errors show at the drain. */
void disk_write(uint32_t disk, uint32_t block, const void *bytes);
/* Waits until all writes of a disk are done: 0, or -EIO when one failed since the last drain. */
long disk_drain(uint32_t disk);
/* Makes what was written to files of all disks safe. Says so on the console when it cannot. */
void disk_sync_all(void);

#endif
