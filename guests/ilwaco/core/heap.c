/*
 * The system's heap: sizes are rounded up to powers of two, each with a list of free pieces; what exceeds half a page has
 * pages of its own. In front of every piece is its size. Pages of which all pieces are free go back when memory is short.
 */
#include "heap.h"
#include "memory.h"
#include "params.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define HEADER_SIZE 16u
#define SMALLEST_CLASS 5u /* 32 bytes, header included. */
#define CLASSES 7u        /* Up to 2,048 bytes. */

struct piece {
    size_t size; /* Bytes, header included. */
    struct piece *next_free;
    uint8_t state;
};

/* LEAVING: its page is given back. */
enum { TAKEN, FREE, LEAVING };

static struct piece *free_pieces[CLASSES];
static size_t free_large; /* Pieces of the largest class that are free. */

static unsigned class_of(size_t size) {
    unsigned class = 0;
    while ((1u << (SMALLEST_CLASS + class)) < size) class ++;
    return class;
}

static size_t largest_class(void) { return 1u << (SMALLEST_CLASS + CLASSES - 1); }

static void push(unsigned class, struct piece *piece) {
    piece->state = FREE;
    piece->next_free = free_pieces[class];
    free_pieces[class] = piece;
    free_large += class == CLASSES - 1;
}

static struct piece *pop(unsigned class) {
    struct piece *piece = free_pieces[class];
    if (!piece) return NULL;
    free_pieces[class] = piece->next_free;
    free_large -= class == CLASSES - 1;
    piece->state = TAKEN;
    return piece;
}

/* Cuts a page into free pieces of a class. */
static void refill(unsigned class) {
    uint8_t *page = memory_map(PAGE_SIZE);
    if (!page) return;
    size_t size = 1u << (SMALLEST_CLASS + class);
    for (size_t offset = 0; offset + size <= PAGE_SIZE; offset += size) {
        struct piece *piece = (struct piece *)(page + offset);
        piece->size = size;
        push(class, piece);
    }
}

static struct piece *allocate_pages(size_t size) {
    size_t rounded = (size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    struct piece *piece = memory_map(rounded);
    if (piece) piece->size = rounded;
    return piece;
}

static struct piece *allocate_piece(size_t size) {
    if (size > largest_class()) return allocate_pages(size);
    unsigned class = class_of(size);
    if (!free_pieces[class]) refill(class);
    return pop(class);
}

static struct piece *piece_of(void *memory) { return (struct piece *)((uint8_t *)memory - HEADER_SIZE); }

void *heap_allocate(size_t size) {
    struct piece *piece = allocate_piece(size + HEADER_SIZE);
    return piece ? (uint8_t *)piece + HEADER_SIZE : NULL;
}

void *heap_allocate_zeroed(size_t size) {
    void *memory = heap_allocate(size);
    return memory ? memset(memory, 0, size) : NULL;
}

void heap_free(void *memory) {
    if (!memory) return;
    struct piece *piece = piece_of(memory);
    if (piece->size > largest_class()) return memory_unmap(piece, piece->size);
    push(class_of(piece->size), piece);
}

/* ---- Giving pages back ---- */

static bool begins_page(const struct piece *piece) { return (uintptr_t)piece % PAGE_SIZE == 0; }

/* Marks the pieces of a page if all are free. */
static void mark_page(struct piece *first) {
    uint8_t *page = (uint8_t *)first;
    for (size_t offset = 0; offset + first->size <= PAGE_SIZE; offset += first->size)
        if (((struct piece *)(page + offset))->state != FREE) return;
    for (size_t offset = 0; offset + first->size <= PAGE_SIZE; offset += first->size)
        ((struct piece *)(page + offset))->state = LEAVING;
}

bool heap_give_back(void) {
    bool some = false;
    for (unsigned class = 0; class < CLASSES; class++) {
        for (struct piece *piece = free_pieces[class]; piece; piece = piece->next_free)
            if (begins_page(piece) && piece->state == FREE) mark_page(piece);
        for (struct piece **place = &free_pieces[class]; *place;) {
            struct piece *piece = *place;
            if (piece->state != LEAVING) {
                place = &piece->next_free;
                continue;
            }
            *place = piece->next_free;
            free_large -= class == CLASSES - 1;
            some = true;
            if (begins_page(piece)) memory_unmap(piece, PAGE_SIZE);
        }
    }
    return some;
}

size_t heap_room(void) { return memory_free() + free_large * largest_class(); }

void *heap_resize(void *memory, size_t size) {
    if (!memory) return heap_allocate(size);
    size_t held = piece_of(memory)->size - HEADER_SIZE;
    if (size <= held) return memory;
    void *larger = heap_allocate(size);
    if (!larger) return NULL;
    memcpy(larger, memory, held);
    heap_free(memory);
    return larger;
}

char *heap_copy_text(const char *text, size_t length) {
    char *copy = heap_allocate(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}
