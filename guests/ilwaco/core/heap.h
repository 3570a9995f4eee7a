/* The system's own memory, apart from the program's malloc(), whose locks a system call cannot wait for. */
#ifndef ILWACO_HEAP_H
#define ILWACO_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Memory for an object, not zeroed, aligned to 16; null when there is none. */
void *heap_allocate(size_t size);
void *heap_allocate_zeroed(size_t size);
/* Memory of another size with the same contents, as far as they fit; null, and nothing changed, when there is none. */
void *heap_resize(void *memory, size_t size);
/* A null pointer is nothing to free. */
void heap_free(void *memory);
/* Gives pages back of which nothing is used. False when there is none. */
bool heap_give_back(void);
/* Bytes that can still be had by pages, or by half pages, of which each takes a frame. */
size_t heap_room(void);
/* A copy of a text; null when there is no memory. */
char *heap_copy_text(const char *text, size_t length);

#endif
