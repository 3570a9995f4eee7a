/*
 * The tree of names: directories, files, links and devices. Files of the image are read in place and never change; other
 * files are in memory, or, below a volume's directory, on its virtual disk.
 */
#ifndef ILWACO_TREE_H
#define ILWACO_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct volume;

/* A block of a file on a disk; number 0 is a hole, which reads as zero. */
struct block {
    uint32_t number;
    uint32_t checksum;
};

struct node {
    struct node *parent, *sibling, *child;
    char *name;
    unsigned mode; /* S_IF... and permissions, which nobody is held to. */
    uint32_t number;
    unsigned references; /* Files open on it, what is or was in it, its being current, and one while it has a name. */
    uint64_t stamp; /* When it came into its directory: what came later has a higher one. */
    bool removed;   /* It has no name any more. */
    uint64_t size;
    uint64_t modified; /* Wall clock, ns. */
    bool fixed;        /* Of the image: contents and name stay. */
    struct volume *volume; /* The disk that it is on, null in memory. */
    uint8_t *bytes;        /* In memory: contents, or what a link points at. */
    size_t capacity;       /* Of `bytes`; 0 where they are not the heap's. */
    struct block *blocks;  /* On a disk. */
    size_t block_count;
    const struct device *device; /* Of a device node. */
};

extern struct node tree_root;
extern struct node *tree_current; /* The current directory. */

/* Makes a node in a directory. Null when there is no memory. */
struct node *tree_add(struct node *directory, const char *name, size_t length, unsigned mode);
struct node *tree_child(struct node *directory, const char *name, size_t length);
/* Hangs a node that is in no directory into one, in front: a directory's stamps fall from its first child to its last. */
void tree_link(struct node *node, struct node *directory);
/*
 * The node behind this one of all that are below `top`, a directory in front of what is in it; null behind the last. `length` are
 * the bytes of the path from `top` to where the node is, with a slash behind each name.
 */
const struct node *tree_next(const struct node *node, const struct node *top, size_t *length);
/* Takes it out of its directory, which stays its parent. */
void tree_unlink(struct node *node);
/* Takes its name away for good; the node goes with its last reference. */
void tree_remove(struct node *node);
void node_release(struct node *node);
/* Makes a directory the current one. */
void tree_enter(struct node *directory);
/* Marks a change of contents, a directory's of its names, for clocks and disks. */
void node_changed(struct node *node);

/* What a path leads to. */
struct place {
    struct node *directory; /* In which the last name is, or would be. */
    struct node *node;      /* Null when there is none. */
    const char *name;       /* The last name, not NUL-terminated. */
    size_t length;
};

/* Follows a path from a directory descriptor or AT_FDCWD. Links at its end are followed when `follow`. 0 or an error. */
long tree_find(int directory, const char *path, bool follow, struct place *place);
/* The same for what must exist. */
long tree_find_node(int directory, const char *path, bool follow, struct node **node);

#endif
