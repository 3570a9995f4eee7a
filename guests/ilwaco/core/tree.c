/* The tree of names: nodes and the way to them. */
#include "file.h"
#include "heap.h"
#include "params.h"
#include "storage.h"
#include "tree.h"
#include "volume.h"
#include "denali.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

struct node tree_root = {.parent = &tree_root, .name = "", .mode = S_IFDIR | 0755, .number = 1, .references = 2};
struct node *tree_current = &tree_root;

static uint32_t last_number = 1;

struct node *tree_child(struct node *directory, const char *name, size_t length) {
    for (struct node *node = directory->child; node; node = node->sibling)
        if (strncmp(node->name, name, length) == 0 && node->name[length] == 0) return node;
    return NULL;
}

struct node *tree_add(struct node *directory, const char *name, size_t length, unsigned mode) {
    struct node *node = heap_allocate_zeroed(sizeof *node);
    char *copy = heap_copy_text(name, length);
    if (!node || !copy) {
        heap_free(node);
        heap_free(copy);
        return NULL;
    }
    *node = (struct node){.name = copy,
                          .mode = mode,
                          .number = ++last_number,
                          .references = 1,
                          .volume = directory->volume};
    tree_link(node, directory);
    node_changed(node);
    return node;
}

void tree_link(struct node *node, struct node *directory) {
    static uint64_t last_stamp;
    node->parent = directory;
    node->stamp = ++last_stamp;
    node->sibling = directory->child;
    directory->child = node;
    directory->references++; /* Even a removed node's ".." leads somewhere. */
}

void node_release(struct node *node) {
    while (--node->references == 0) {
        struct node *parent = node->parent;
        storage_resize(node, 0);
        heap_free(node->name);
        heap_free(node);
        node = parent;
    }
}

const struct node *tree_next(const struct node *node, const struct node *top, size_t *length) {
    if (node->child) {
        *length += strlen(node->name) + 1;
        return node->child;
    }
    while (!node->sibling && node->parent != top) {
        node = node->parent;
        *length -= strlen(node->name) + 1;
    }
    return node->sibling;
}

void tree_unlink(struct node *node) {
    struct node **link = &node->parent->child;
    while (*link != node) link = &(*link)->sibling;
    *link = node->sibling;
    node_changed(node->parent);
}

void tree_remove(struct node *node) {
    tree_unlink(node);
    node->removed = true;
    node_release(node);
}

void tree_enter(struct node *directory) {
    struct node *before = tree_current;
    directory->references++;
    tree_current = directory;
    node_release(before);
}

void node_changed(struct node *node) {
    node->modified = denali_wall_clock();
    if (node->volume) volume_changed(node->volume);
}

static struct node *start_of(int directory, const char *path) {
    if (*path == '/') return &tree_root;
    if (directory == AT_FDCWD) return tree_current;
    return node_of_file(file_of(directory));
}

/* The next name of a path behind its slashes; its length is 0 at the end. */
static const char *next_name(const char *path, size_t *length) {
    while (*path == '/') path++;
    *length = strcspn(path, "/");
    return path;
}

static struct node *step(struct node *directory, const char *name, size_t length) {
    if (length == 1 && name[0] == '.') return directory;
    if (length == 2 && name[0] == '.' && name[1] == '.') return directory->parent;
    return tree_child(directory, name, length);
}

static long follow_path(struct node *directory, const char *path, bool follow, int links, struct place *place);

/* Goes where a link points. It is resolved from its own directory. */
static long follow_link(struct node *link, int links, struct place *place) {
    if (links >= MAXIMUM_LINKS) return -ELOOP;
    const char *path = (const char *)link->bytes;
    return follow_path(*path == '/' ? &tree_root : link->parent, path, true, links + 1, place);
}

static long follow_path(struct node *directory, const char *path, bool follow, int links, struct place *place) {
    *place = (struct place){directory, directory, "", 0};
    size_t length;
    for (path = next_name(path, &length); length > 0; path = next_name(path + length, &length)) {
        if (!place->node) return -ENOENT;
        if (!S_ISDIR(place->node->mode)) return -ENOTDIR;
        if (length > 255) return -ENAMETOOLONG;
        *place = (struct place){place->node, step(place->node, path, length), path, length};
        size_t rest;
        next_name(path + length, &rest);
        bool last = rest == 0;
        if (place->node && S_ISLNK(place->node->mode) && (!last || follow)) {
            long error = follow_link(place->node, links, place);
            if (error) return error;
        }
        if (last && path[length] == '/' && place->node && !S_ISDIR(place->node->mode)) return -ENOTDIR;
    }
    return 0;
}

long tree_find(int directory, const char *path, bool follow, struct place *place) {
    if (!path) return -EFAULT;
    if (!*path) return -ENOENT;
    if (strlen(path) >= MAXIMUM_PATH) return -ENAMETOOLONG;
    struct node *start = start_of(directory, path);
    if (!start) return -EBADF;
    return follow_path(start, path, follow, 0, place);
}

long tree_find_node(int directory, const char *path, bool follow, struct node **node) {
    struct place place;
    long error = tree_find(directory, path, follow, &place);
    if (error) return error;
    if (!place.node) return -ENOENT;
    *node = place.node;
    return 0;
}
