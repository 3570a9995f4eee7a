/* System calls over what files are: their status, sizes, times and permissions, and making them safe on disk. */
#define _GNU_SOURCE
#include "file.h"
#include "params.h"
#include "storage.h"
#include "volume.h"
#include "deadlines.h"
#include "denali.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

/* As Linux lays it out; musl 1.2.3 has no name for it. */
struct statx_timestamp {
    int64_t tv_sec;
    uint32_t tv_nsec, unused;
};
struct statx {
    uint32_t stx_mask, stx_blksize;
    uint64_t stx_attributes;
    uint32_t stx_nlink, stx_uid, stx_gid;
    uint16_t stx_mode, unused_1;
    uint64_t stx_ino, stx_size, stx_blocks, stx_attributes_mask;
    struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;
    uint32_t stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
    uint64_t unused_2[14];
};
_Static_assert(sizeof(struct statx) == 256, "as Linux has it");
#define STATX_BASIC_STATS 0x7ff

static void fill(struct statx *status, unsigned mode, uint32_t number, uint64_t size, uint64_t modified) {
    memset(status, 0, sizeof *status);
    struct statx_timestamp time = {.tv_sec = (int64_t)(modified / SECOND), .tv_nsec = (uint32_t)(modified % SECOND)};
    status->stx_mask = STATX_BASIC_STATS;
    status->stx_blksize = PAGE_SIZE;
    status->stx_nlink = 1;
    status->stx_mode = (uint16_t)mode;
    status->stx_ino = number;
    status->stx_size = size;
    status->stx_blocks = (size + 511) / 512;
    status->stx_atime = status->stx_btime = status->stx_ctime = status->stx_mtime = time;
    status->stx_dev_major = 1;
}

long system_statx(int directory, const char *path, int flags, unsigned mask, struct statx *status) {
    (void)mask;
    struct node *node;
    if (flags & AT_EMPTY_PATH && (!path || !*path)) {
        struct file *file = file_of(directory);
        node = node_of_file(file);
        if (!file) return -EBADF;
        unsigned mode = S_IFIFO | 0600;
        if (!node && file->operations->status) file->operations->status(file, &mode);
        if (!node) return fill(status, mode, 0, 0, 0), 0;
    } else {
        long error = tree_find_node(directory, path, !(flags & AT_SYMLINK_NOFOLLOW), &node);
        if (error) return error;
    }
    return fill(status, node->mode, node->number, node->size, node->modified), 0;
}

/* Everything may be read; only what the image or a read-only disk holds may not be written. */
long system_faccessat(int directory, const char *path, int wanted) {
    struct node *node;
    long error = tree_find_node(directory, path, true, &node);
    if (error) return error;
    return wanted & 2 && storage_is_read_only(node) ? -EROFS : 0;
}

long system_access(const char *path, int wanted) { return system_faccessat(AT_FDCWD, path, wanted); }

static long set_mode(struct node *node, unsigned mode) {
    if (storage_is_read_only(node)) return -EROFS;
    node->mode = (node->mode & S_IFMT) | (mode & 07777);
    if (node->volume) volume_changed(node->volume);
    return 0;
}

long system_fchmodat(int directory, const char *path, unsigned mode) {
    struct node *node;
    long error = tree_find_node(directory, path, true, &node);
    return error ? error : set_mode(node, mode);
}

long system_chmod(const char *path, unsigned mode) { return system_fchmodat(AT_FDCWD, path, mode); }

long system_fchmod(int descriptor, unsigned mode) {
    struct node *node = node_of_file(file_of(descriptor));
    return node ? set_mode(node, mode) : file_of(descriptor) ? 0 : -EBADF;
}

/* There is one user, who owns everything. */
long system_fchown32(int descriptor) { return file_of(descriptor) ? 0 : -EBADF; }

long system_chown32(const char *path) {
    struct node *node;
    return tree_find_node(AT_FDCWD, path, true, &node);
}

long system_fchownat(int directory, const char *path) {
    struct node *node;
    return tree_find_node(directory, path, true, &node);
}

#define TIME_NOW 0x3fffffff
#define TIME_OMIT 0x3ffffffe

long system_utimensat_time64(int directory, const char *path, const struct time64 times[2], int flags) {
    struct node *node = path ? NULL : node_of_file(file_of(directory));
    long error = path ? tree_find_node(directory, path, !(flags & AT_SYMLINK_NOFOLLOW), &node) : node ? 0 : -EBADF;
    if (error) return error;
    if (times && times[1].nanoseconds == TIME_OMIT) return 0; /* Of times, only that of the last change is kept. */
    if (storage_is_read_only(node)) return -EROFS;
    node_changed(node);
    if (times && times[1].nanoseconds != TIME_NOW) node->modified = time_of(&times[1]);
    return 0;
}

long system_utimensat(int directory, const char *path, const int32_t times[4], int flags) {
    struct time64 both[2];
    if (times) both[0] = time64_of(times), both[1] = time64_of(times + 2);
    return system_utimensat_time64(directory, path, times ? both : NULL, flags);
}

static long truncate_node(struct node *node, uint64_t size) {
    if (S_ISDIR(node->mode)) return -EISDIR;
    if (node->device || (int64_t)size < 0) return -EINVAL;
    if (storage_is_read_only(node)) return -EROFS;
    node->references++; /* While this waits for the disk, another thread may take its name away or close it. */
    long error = storage_resize(node, size);
    if (!error) node_changed(node);
    node_release(node);
    return error;
}

long system_ftruncate64(int descriptor, uint32_t low, uint32_t high) {
    struct file *file = file_of(descriptor);
    struct node *node = node_of_file(file);
    if (!file || (file->flags & O_ACCMODE) == O_RDONLY) return -EBADF;
    return node ? truncate_node(node, (uint64_t)high << 32 | low) : -EINVAL;
}

long system_truncate64(const char *path, uint32_t low, uint32_t high) {
    struct node *node;
    long error = tree_find_node(AT_FDCWD, path, true, &node);
    return error ? error : truncate_node(node, (uint64_t)high << 32 | low);
}

long system_fallocate(int descriptor, int mode, uint32_t offset_low, uint32_t offset_high, uint32_t low, uint32_t high) {
    struct file *file = file_of(descriptor);
    struct node *node = node_of_file(file);
    if (!node || (file->flags & O_ACCMODE) == O_RDONLY) return -EBADF;
    if (mode) return -EOPNOTSUPP;
    uint64_t offset = (uint64_t)offset_high << 32 | offset_low, size = (uint64_t)high << 32 | low, end = offset + size;
    if ((int64_t)offset < 0 || (int64_t)size <= 0) return -EINVAL;
    if ((int64_t)end < 0) return -EFBIG;
    return end > node->size ? truncate_node(node, end) : 0;
}

long system_fsync(int descriptor) {
    struct file *file = file_of(descriptor);
    struct node *node = node_of_file(file);
    if (!file) return -EBADF;
    return node && node->volume ? volume_commit(node->volume) : 0;
}

/* Block counts: of the disk, or of memory. */
static long fill_space(const struct node *node, struct statfs *status) {
    memset(status, 0, sizeof *status);
    status->f_bsize = status->f_frsize = PAGE_SIZE;
    status->f_namelen = 255;
    uint64_t total, unused;
    volume_space(node->volume, &total, &unused);
    status->f_blocks = total;
    status->f_bfree = status->f_bavail = unused;
    return 0;
}

long system_statfs64(const char *path, size_t size, struct statfs *status) {
    struct node *node;
    (void)size;
    long error = tree_find_node(AT_FDCWD, path, true, &node);
    return error ? error : fill_space(node, status);
}

long system_fstatfs64(int descriptor, size_t size, struct statfs *status) {
    struct node *node = node_of_file(file_of(descriptor));
    (void)size;
    return node ? fill_space(node, status) : -EBADF;
}
