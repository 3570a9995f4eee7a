/* Files on virtual disks: disk n is the directory /diskn. The format is volume-format.h's. */
#ifndef ILWACO_VOLUME_H
#define ILWACO_VOLUME_H

#include "tree.h"

/* Mounts all disks. An empty one is given the format; one that holds something else is left alone, with a note. */
void volumes_start(void);

/* Contents of a node on a disk: counts of bytes, 0, or a negated error number. A read ends at the end of the file. */
long volume_read(struct node *node, void *bytes, size_t size, uint64_t offset);
long volume_write(struct node *node, const void *bytes, size_t size, uint64_t offset);
long volume_resize(struct node *node, uint64_t size);

/* A name or a file of it has changed since the last commit. */
void volume_changed(struct volume *volume);
/* Makes all changes so far survive the VM, all or none of them. 0 or an error. After -EIO the volume is read-only. */
long volume_commit(struct volume *volume);
bool volume_is_read_only(const struct volume *volume);
/* Blocks in all and unused, of a disk or, with null, of memory. */
void volume_space(const struct volume *volume, uint64_t *total, uint64_t *unused);

#endif
