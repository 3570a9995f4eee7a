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

/* Makes what a path names and is not there. */
static long make(const struct place *place, unsigned mode, struct node **node) {
    if (place->directory->volume && volume_is_read_only(place->directory->volume)) return -EROFS;
    *node = tree_add(place->directory, place->name, place->length, mode & ~creation_mask);
    return *node ? 0 : -ENOSPC;
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
    struct node *node;
    long error = find_or_make(directory, path, flags, mode, &node);
    if (error) return error;
    bool writing = (flags & O_ACCMODE) != O_RDONLY;
    if (S_ISLNK(node->mode)) return -ELOOP;
    if (S_ISDIR(node->mode) && writing) return -EISDIR;
    if (!S_ISDIR(node->mode) && flags & O_DIRECTORY) return -ENOTDIR;
    if (writing && (node->fixed || (node->volume && volume_is_read_only(node->volume)))) return -EROFS;
    if (flags & O_TRUNC && writing && !node->device) error = storage_resize(node, 0);
    if (error) return error;
    bool console = node->device && !node->device->read;
    struct file *file = console ? console_open(flags) : node_open(node, flags & ~(O_CREAT | O_EXCL | O_TRUNC));
    return file ? file_describe(file, 0) : -ENOMEM;
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
    return storage_write(place.node, target, strlen(target) + 1, 0) < 0 ? -ENOSPC : 0;
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

/* Names of the image, of mounted disks and of the root stay. */
static bool may_be_removed(const struct node *node) {
    return !node->fixed && node != &tree_root && node != tree_current && node->volume == node->parent->volume;
}

long system_unlinkat(int directory, const char *path, int flags) {
    struct node *node;
    long error = tree_find_node(directory, path, false, &node);
    if (error) return error;
    bool wants_directory = flags & AT_REMOVEDIR;
    if (S_ISDIR(node->mode) != wants_directory) return wants_directory ? -ENOTDIR : -EISDIR;
    if (!may_be_removed(node)) return -EROFS;
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

/* Hangs a node under another directory and name. */
static long move(struct node *node, const struct place *place) {
    char *name = heap_copy_text(place->name, place->length);
    if (!name) return -ENOSPC;
    node->references++;
    tree_remove(node);
    heap_free(node->name);
    node->name = name;
    node->parent = place->directory;
    node->sibling = place->directory->child;
    place->directory->child = node;
    node_changed(node);
    return node->volume ? volume_commit(node->volume) : 0;
}

long system_renameat(int from, const char *old, int to, const char *new) {
    struct node *node;
    struct place place;
    long error = tree_find_node(from, old, false, &node);
    if (!error) error = tree_find(to, new, false, &place);
    if (error) return error;
    if (place.node == node) return 0;
    if (!may_be_removed(node)) return -EROFS;
    if (node->volume != place.directory->volume) return -EXDEV;
    if (is_below(place.directory, node)) return -EINVAL;
    if (place.node) {
        if (S_ISDIR(place.node->mode) != S_ISDIR(node->mode)) return S_ISDIR(node->mode) ? -ENOTDIR : -EISDIR;
        if (place.node->child) return -ENOTEMPTY;
        if (!may_be_removed(place.node)) return -EROFS;
        tree_remove(place.node);
    }
    return move(node, &place);
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
    tree_current = node;
    return 0;
}

long system_fchdir(int descriptor) {
    struct node *node = node_of_file(file_of(descriptor));
    if (!node || !S_ISDIR(node->mode)) return node ? -ENOTDIR : -EBADF;
    tree_current = node;
    return 0;
}

/* Written from the end, as the way leads from the directory up. */
long system_getcwd(char *path, size_t size) {
    char whole[MAXIMUM_PATH];
    size_t start = sizeof whole - 1;
    whole[start] = 0;
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

/* The position of a directory's file is how many entries were listed; the first two are "." and "..". */
long system_getdents64(int descriptor, uint8_t *buffer, size_t size) {
    struct file *file = file_of(descriptor);
    struct node *directory = node_of_file(file);
    if (!directory || !S_ISDIR(directory->mode)) return directory ? -ENOTDIR : -EBADF;
    struct node *node = directory->child;
    for (uint64_t skipped = 2; skipped < file->offset && node; skipped++) node = node->sibling;
    size_t filled = 0;
    while (file->offset < 2 || node) {
        const char *name = file->offset == 0 ? "." : file->offset == 1 ? ".." : node->name;
        struct node *listed = file->offset == 0 ? directory : file->offset == 1 ? directory->parent : node;
        size_t length = (offsetof(struct dirent, d_name) + strlen(name) + 1 + 7) & ~7u;
        if (filled + length > size) return filled ? (long)filled : -EINVAL;
        struct dirent *entry = (struct dirent *)(buffer + filled);
        entry->d_ino = listed->number;
        entry->d_off = (off_t)++file->offset;
        entry->d_reclen = (unsigned short)length;
        entry->d_type = (unsigned char)(listed->mode >> 12 & 15);
        strcpy(entry->d_name, name);
        filled += length;
        if (file->offset > 2) node = node->sibling;
    }
    return (long)filled;
}
