/* System calls over names: opening, making, renaming, removing and listing. */
#define _GNU_SOURCE
#include "console.h"
#include "device.h"
#include "file.h"
#include "heap.h"
#include "params.h"
#include "storage.h"
#include "volume.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

static unsigned creation_mask = 022;

/* Bytes of the longest path to what is below a node, from the slash behind its own name on. */
static size_t depth_below(const struct node *top) {
    size_t longest = 0, length = 0;
    for (const struct node *node = top->child; node; node = tree_next(node, top, &length)) {
        size_t here = length + 1 + strlen(node->name);
        if (here > longest) longest = here;
    }
    return longest;
}

/* Whether a name can be made at a place, with paths of so many bytes below it. Whole paths are what disks keep. */
static long may_be_made(const struct place *place, size_t below) {
    if (place->directory->removed) return -ENOENT;
    if (!place->directory->volume) return 0;
    if (volume_is_read_only(place->directory->volume)) return -EROFS;
    size_t length = place->length + below;
    for (const struct node *node = place->directory; node->parent->volume; node = node->parent)
        length += strlen(node->name) + 1;
    return length < MAXIMUM_PATH ? 0 : -ENAMETOOLONG;
}

/* Makes what a path names and is not there. */
static long make(const struct place *place, unsigned mode, struct node **node) {
    long error = may_be_made(place, 0);
    if (error) return error;
    *node = tree_add(place->directory, place->name, place->length, mode & ~creation_mask);
    if (!*node) return -ENOSPC;
    node_changed(place->directory);
    return 0;
}

static long find_or_make(int directory, const char *path, int flags, unsigned mode, struct node **node) {
    struct place place;
    long error = tree_find(directory, path, !(flags & O_NOFOLLOW), &place);
    if (error) return error;
    *node = place.node;
    if (place.node) return flags & O_CREAT && flags & O_EXCL ? -EEXIST : 0;
    if (!(flags & O_CREAT)) return -ENOENT;
    return make(&place, S_IFREG | (mode & 07777), node);
}

long system_openat(int directory, const char *path, int flags, unsigned mode) {
    if (!file_can_describe()) return -EMFILE; /* Before anything is made or cut off. */
    struct node *node;
    long error = find_or_make(directory, path, flags, mode, &node);
    if (error) return error;
    bool writing = (flags & O_ACCMODE) != O_RDONLY;
    if (S_ISLNK(node->mode)) return -ELOOP;
    if (S_ISDIR(node->mode) && writing) return -EISDIR;
    if (!S_ISDIR(node->mode) && flags & O_DIRECTORY) return -ENOTDIR;
    if (writing && storage_is_read_only(node)) return -EROFS;
    bool console = node->device && !node->device->read;
    struct file *file = console ? console_open(flags) : node_open(node, flags & ~(O_CREAT | O_EXCL | O_TRUNC));
    if (!file) return -ENOMEM;
    if (flags & O_TRUNC && writing && !node->device) {
        error = storage_resize(node, 0); /* Held by the file while this waits for the disk. */
        if (error) return file_release(file), error;
        node_changed(node);
    }
    return file_describe(file, 0);
}

long system_open(const char *path, int flags, unsigned mode) { return system_openat(AT_FDCWD, path, flags, mode); }

long system_mkdirat(int directory, const char *path, unsigned mode) {
    struct place place;
    long error = tree_find(directory, path, false, &place);
    if (error) return error;
    if (place.node) return -EEXIST;
    return make(&place, S_IFDIR | (mode & 07777), &place.node);
}

long system_mkdir(const char *path, unsigned mode) { return system_mkdirat(AT_FDCWD, path, mode); }

long system_symlinkat(const char *target, int directory, const char *path) {
    struct place place;
    long error = tree_find(directory, path, false, &place);
    if (error) return error;
    if (place.node) return -EEXIST;
    if (place.directory->volume) return -EPERM; /* The disk format has no links. */
    error = make(&place, S_IFLNK | 0777, &place.node);
    if (error) return error;
    if (storage_write(place.node, target, strlen(target) + 1, 0) < 0) return tree_remove(place.node), -ENOSPC;
    place.node->size = strlen(target);
    return 0;
}

long system_symlink(const char *target, const char *path) { return system_symlinkat(target, AT_FDCWD, path); }

long system_readlinkat(int directory, const char *path, char *target, size_t size) {
    struct node *node;
    long error = tree_find_node(directory, path, false, &node);
    if (error) return error;
    if (!S_ISLNK(node->mode)) return -EINVAL;
    size_t length = strlen((const char *)node->bytes);
    memcpy(target, node->bytes, length < size ? length : size);
    return (long)(length < size ? length : size);
}

long system_readlink(const char *path, char *target, size_t size) {
    return system_readlinkat(AT_FDCWD, path, target, size);
}

/* Whether a name can be taken away. Those of the image, of mounted disks and of the root stay. */
static long may_be_removed(const struct node *node) {
    if (node == &tree_root || node->volume != node->parent->volume) return -EBUSY;
    return storage_is_read_only(node) ? -EROFS : 0;
}

static bool is_name(const struct place *place, const char *name) {
    return place->length == strlen(name) && memcmp(place->name, name, place->length) == 0;
}

long system_unlinkat(int directory, const char *path, int flags) {
    struct place place;
    long error = tree_find(directory, path, false, &place);
    if (error) return error;
    struct node *node = place.node;
    if (!node) return -ENOENT;
    bool wants_directory = flags & AT_REMOVEDIR;
    if (S_ISDIR(node->mode) != wants_directory) return wants_directory ? -ENOTDIR : -EISDIR;
    if (is_name(&place, ".")) return -EINVAL;
    if (is_name(&place, "..")) return -ENOTEMPTY;
    error = may_be_removed(node);
    if (error) return error;
    if (node->child) return -ENOTEMPTY;
    struct volume *volume = node->volume;
    tree_remove(node);
    return volume ? volume_commit(volume) : 0;
}

long system_unlink(const char *path) { return system_unlinkat(AT_FDCWD, path, 0); }
long system_rmdir(const char *path) { return system_unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

static bool is_below(const struct node *node, const struct node *directory) {
    for (; node != &tree_root; node = node->parent)
        if (node == directory) return true;
    return false;
}

/*
 * Hangs a node under another directory and name, in place of what is there. Whatever waits, and lets a commit of somebody
 * else's come in between, does so when the new name is there and the old one is not.
 */
static long move(struct node *node, const struct place *place) {
    char *name = heap_copy_text(place->name, place->length);
    if (!name) return -ENOSPC;
    struct node *before = node->parent;
    struct volume *volume = node->volume;
    tree_unlink(node);
    heap_free(node->name);
    node->name = name;
    tree_link(node, place->directory);
    node_changed(place->directory);
    if (place->node) tree_remove(place->node);
    node_release(before);
    return volume ? volume_commit(volume) : 0;
}

/* Whether one node may take the place of another. */
static long may_replace(const struct node *node, const struct node *other) {
    if (S_ISDIR(other->mode) != S_ISDIR(node->mode)) return S_ISDIR(node->mode) ? -ENOTDIR : -EISDIR;
    return other->child ? -ENOTEMPTY : may_be_removed(other);
}

long system_renameat(int from, const char *old, int to, const char *new) {
    struct place source, place;
    long error = tree_find(from, old, false, &source);
    if (!error && !source.node) error = -ENOENT;
    if (!error) error = tree_find(to, new, false, &place);
    if (error) return error;
    struct node *node = source.node;
    if (is_name(&source, ".") || is_name(&source, "..") || is_name(&place, ".") || is_name(&place, "..")) return -EBUSY;
    if (place.node == node) return 0;
    error = may_be_removed(node);
    if (error) return error;
    if (node->volume != place.directory->volume) return -EXDEV;
    if (is_below(place.directory, node)) return -EINVAL;
    error = may_be_made(&place, depth_below(node));
    if (!error && place.node) error = may_replace(node, place.node);
    return error ? error : move(node, &place);
}

long system_renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return flags ? -EINVAL : system_renameat(from, old, to, new);
}

long system_rename(const char *old, const char *new) { return system_renameat(AT_FDCWD, old, AT_FDCWD, new); }

long system_umask(unsigned mask) {
    unsigned before = creation_mask;
    creation_mask = mask & 0777;
    return (long)before;
}

long system_chdir(const char *path) {
    struct node *node;
    long error = tree_find_node(AT_FDCWD, path, true, &node);
    if (error) return error;
    if (!S_ISDIR(node->mode)) return -ENOTDIR;
    tree_enter(node);
    return 0;
}

long system_fchdir(int descriptor) {
    struct node *node = node_of_file(file_of(descriptor));
    if (!node || !S_ISDIR(node->mode)) return node ? -ENOTDIR : -EBADF;
    tree_enter(node);
    return 0;
}

/* Written from the end, as the way leads from the directory up. */
long system_getcwd(char *path, size_t size) {
    char whole[MAXIMUM_PATH];
    size_t start = sizeof whole - 1;
    whole[start] = 0;
    if (tree_current->removed) return -ENOENT;
    for (struct node *node = tree_current; node != &tree_root; node = node->parent) {
        size_t length = strlen(node->name);
        if (length + 1 > start) return -ENAMETOOLONG;
        start -= length;
        memcpy(whole + start, node->name, length);
        whole[--start] = '/';
    }
    if (!whole[start]) whole[--start] = '/';
    if (sizeof whole - start > size) return -ERANGE;
    memcpy(path, whole + start, sizeof whole - start);
    return (long)(sizeof whole - start);
}

/* Positions of a directory's file: 0 is in front of ".", 1 of "..", 2 of the first child. */
#define FIRST_CHILD 2u

/* The first child behind a position. What was listed last may be gone, others may have come: its stamp tells where. */
static const struct node *child_behind(const struct node *directory, uint64_t position) {
    const struct node *node = directory->child;
    while (position > FIRST_CHILD && node && node->stamp >= position - FIRST_CHILD) node = node->sibling;
    return node;
}

long system_getdents64(int descriptor, uint8_t *buffer, size_t size) {
    struct file *file = file_of(descriptor);
    struct node *directory = node_of_file(file);
    if (!directory || !S_ISDIR(directory->mode)) return directory ? -ENOTDIR : -EBADF;
    const struct node *node = child_behind(directory, file->offset);
    size_t filled = 0;
    while (file->offset < FIRST_CHILD || node) {
        const char *name = file->offset == 0 ? "." : file->offset == 1 ? ".." : node->name;
        const struct node *listed = file->offset == 0 ? directory : file->offset == 1 ? directory->parent : node;
        size_t length = (offsetof(struct dirent, d_name) + strlen(name) + 1 + 7) & ~7u;
        if (filled + length > size) return filled ? (long)filled : -EINVAL;
        struct dirent *entry = (struct dirent *)(buffer + filled);
        entry->d_ino = listed->number;
        file->offset = file->offset < FIRST_CHILD ? file->offset + 1 : FIRST_CHILD + node->stamp;
        entry->d_off = (off_t)file->offset;
        entry->d_reclen = (unsigned short)length;
        entry->d_type = (unsigned char)(listed->mode >> 12 & 15);
        strcpy(entry->d_name, name);
        filled += length;
        if (file->offset > FIRST_CHILD) node = node->sibling;
    }
    return (long)filled;
}
