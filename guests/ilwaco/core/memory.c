/*
 * Memory, from the memory-size register: pages with a bitmap, and the system calls over it. The break grows up from the
 * image, maps come from the top down. There is one protection domain, so that protection bits are accepted and mean nothing.
 */
#define _GNU_SOURCE
#include "denali.h"
#include "file.h"
#include "heap.h"
#include "memory.h"
#include "params.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

/*
 * The network's, where the program has one: bytes that the program may not take, since what arrives and what is sent needs them,
 * lest a server accept so many that it can neither hear nor answer any.
 */
size_t network_reserve(void) __attribute__((weak));

extern uint8_t image_end[]; /* First address behind the image; the linker script knows it. */

static size_t first_page, page_count; /* The pages are first_page .. first_page + page_count - 1. */
static uint32_t *taken;               /* A bit for each page. */
static uint32_t *used;                /* Whether it was taken before: others are zero since boot. */
static uintptr_t break_now;
static size_t search_from; /* No free page is above this index. */
static size_t free_pages;

static bool bit(const uint32_t *map, size_t index) { return map[index / 32] >> (index % 32) & 1; }
static void set_bit(uint32_t *map, size_t index) { map[index / 32] |= 1u << (index % 32); }
static void clear_bit(uint32_t *map, size_t index) { map[index / 32] &= ~(1u << (index % 32)); }

static void *address_of(size_t index) { return (void *)((first_page + index) * PAGE_SIZE); }
static size_t pages_of(size_t size) { return (size + PAGE_SIZE - 1) / PAGE_SIZE; }

static size_t main_stack_size(size_t memory) {
    size_t share = memory / MAIN_STACK_SHARE;
    return share < MAIN_STACK_SMALLEST ? MAIN_STACK_SMALLEST : share > MAIN_STACK_LARGEST ? MAIN_STACK_LARGEST : share;
}

void memory_start(void) {
    size_t top = (denali_registers.memory_size - main_stack_size(denali_registers.memory_size)) / PAGE_SIZE;
    first_page = pages_of((uintptr_t)image_end);
    page_count = top > first_page ? top - first_page : 0;
    size_t words = (page_count + 31) / 32;
    size_t map_pages = pages_of(2 * words * sizeof(uint32_t));
    if (page_count <= map_pages) {
        static const char complaint[] = "ilwaco: the VM has too little memory for this image\n";
        denali_console_put(complaint, sizeof complaint - 1);
        denali_terminate(126);
    }
    taken = address_of(0);
    used = taken + words;
    first_page += map_pages;
    page_count -= map_pages;
    break_now = (uintptr_t)address_of(0);
    search_from = free_pages = page_count;
}

static void take(size_t index, size_t count) {
    for (size_t i = index; i < index + count; i++) {
        if (bit(used, i)) memset(address_of(i), 0, PAGE_SIZE);
        set_bit(taken, i);
        set_bit(used, i);
    }
    free_pages -= count;
}

/* The highest run of free pages; page_count when there is none. */
static size_t find_run(size_t count) {
    size_t run = 0;
    bool seen_free = false;
    for (size_t index = search_from; index-- > 0;) {
        if (bit(taken, index)) {
            run = 0;
            continue;
        }
        if (!seen_free) search_from = index + 1;
        seen_free = true;
        if (++run == count) return index;
    }
    return page_count;
}

void *memory_map(size_t size) {
    size_t count = pages_of(size);
    if (count == 0 || count > page_count) return NULL;
    size_t index = find_run(count);
    if (index == page_count && heap_give_back()) index = find_run(count);
    if (index == page_count) return NULL;
    take(index, count);
    return address_of(index);
}

void memory_unmap(void *address, size_t size) {
    size_t page = (uintptr_t)address / PAGE_SIZE;
    for (size_t i = 0; i < pages_of(size); i++) {
        if (page + i < first_page || page + i >= first_page + page_count) continue;
        size_t index = page + i - first_page;
        free_pages += bit(taken, index);
        clear_bit(taken, index);
        if (index >= search_from) search_from = index + 1;
    }
}

size_t memory_free(void) { return free_pages * PAGE_SIZE; }

size_t memory_size(void) { return page_count * PAGE_SIZE; }

/* Whether pages [from, to) from the beginning of free memory are free. */
static bool all_free(size_t from, size_t to) {
    if (to > page_count) return false;
    for (size_t index = from; index < to; index++)
        if (bit(taken, index)) return false;
    return true;
}

/* Whether the program may have so many pages more. */
static bool is_granted(size_t count) {
    size_t reserve = network_reserve ? pages_of(network_reserve()) : 0;
    if (reserve == 0 || count + reserve <= free_pages) return true;
    return heap_give_back() && count + reserve <= free_pages;
}

bool memory_grants(size_t size) { return is_granted(pages_of(size)); }

long system_brk(uintptr_t wanted) {
    uintptr_t bottom = first_page * PAGE_SIZE;
    if (wanted < bottom) return (long)break_now;
    size_t now = pages_of(break_now - bottom), then = pages_of(wanted - bottom);
    if (then > now) {
        if (!all_free(now, then) || !is_granted(then - now)) return (long)break_now;
        take(now, then - now);
    } else {
        memory_unmap(address_of(then), (now - then) * PAGE_SIZE);
    }
    return (long)(break_now = wanted);
}

/* Anonymous memory, or a private copy of a file. A shared, writable map of a file cannot be had. */
long system_mmap2(void *wanted, size_t size, int protection, int flags, int descriptor, uint32_t page) {
    if (size == 0) return -EINVAL;
    if (flags & MAP_FIXED) return -EINVAL;
    (void)wanted;
    bool anonymous = flags & MAP_ANONYMOUS;
    if (!anonymous && flags & MAP_SHARED && protection & PROT_WRITE) return -ENODEV;
    void *address = is_granted(pages_of(size)) ? memory_map(size) : NULL;
    if (!address) return -ENOMEM;
    if (anonymous) return (long)address;
    long count = file_read_at(descriptor, address, size, (uint64_t)page * PAGE_SIZE);
    if (count >= 0) return (long)address;
    memory_unmap(address, size);
    return count;
}

long system_munmap(void *address, size_t size) {
    if ((uintptr_t)address % PAGE_SIZE || size == 0) return -EINVAL;
    memory_unmap(address, size);
    return 0;
}

long system_mremap(void *address, size_t before, size_t after, int flags) {
    size_t index = (uintptr_t)address / PAGE_SIZE - first_page, old = pages_of(before), new = pages_of(after);
    if (new <= old) {
        memory_unmap((uint8_t *)address + new * PAGE_SIZE, (old - new) * PAGE_SIZE);
        return (long)address;
    }
    if (!is_granted(new - old)) return -ENOMEM;
    if (all_free(index + old, index + new)) {
        take(index + old, new - old);
        return (long)address;
    }
    if (!(flags & MREMAP_MAYMOVE)) return -ENOMEM;
    void *moved = memory_map(after);
    if (!moved) return -ENOMEM;
    memcpy(moved, address, before);
    memory_unmap(address, before);
    return (long)moved;
}

long system_mprotect(void) { return 0; }

/* Pages that are no longer needed read as zero. */
long system_madvise(void *address, size_t size, int advice) {
    if (advice == MADV_DONTNEED) memset(address, 0, pages_of(size) * PAGE_SIZE);
    return 0;
}
