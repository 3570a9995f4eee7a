/* The contents of nodes, in memory or on a disk. */
#ifndef ILWACO_STORAGE_H
#define ILWACO_STORAGE_H

#include "tree.h"

struct file;

/* As an offset of a write: where the file ends, once the disk is free for it. */
#define AT_END UINT64_MAX

/* Whether neither it nor its name can be changed. */
bool storage_is_read_only(const struct node *node);
/* Counts of bytes, or a negated error number. A read ends at the end of the file. */
long storage_read(struct node *node, void *bytes, size_t size, uint64_t offset);
long storage_write(struct node *node, const void *bytes, size_t size, uint64_t offset);
/* 0 or an error. What is added reads as zero. */
long storage_resize(struct node *node, uint64_t size);

/* Opens a node. Null when there is no memory. */
struct file *node_open(struct node *node, int flags);
/* The node that a file is of; null for other files and for none. */
struct node *node_of_file(struct file *file);

#endif
