/* Pages of the VM's memory, between the image and the first thread's stack. */
#ifndef ILWACO_MEMORY_H
#define ILWACO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Finds out how much memory there is. Ends the VM with a complaint where it is too little. */
void memory_start(void);
/* Zeroed pages, null when there are not enough in one piece. Sizes are rounded up to pages. */
void *memory_map(size_t size);
/* Gives pages back. Those that were not taken do not count. */
void memory_unmap(void *address, size_t size);
/* Whether so much more may be taken for what a program keeps: its connections' share is left to them. */
bool memory_grants(size_t size);
/* Bytes that are free. */
size_t memory_free(void);
/* Bytes that there are, free or not. */
size_t memory_size(void);

#endif
