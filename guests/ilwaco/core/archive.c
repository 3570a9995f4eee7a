/* Reads the ustar archive (POSIX.1-2017, pax, "ustar Interchange Format") that `cc --root` links into an image. */
#include "archive.h"
#include "heap.h"
#include "tree.h"
#include <string.h>
#include <sys/stat.h>

#define RECORD 512u

struct entry {
    char name[100], mode[8], owner[8], group[8], size[12], time[12], checksum[8], kind, link[100], magic[6], version[2],
        owner_name[32], group_name[32], major[8], minor[8], prefix[155], unused[12];
};
_Static_assert(sizeof(struct entry) == RECORD, "an entry's header is a record");

/* An image without a root has neither. */
extern const uint8_t image_root[] __attribute__((weak)), image_root_end[] __attribute__((weak));

static uint32_t octal(const char *digits, size_t length) {
    uint32_t number = 0;
    for (size_t i = 0; i < length && digits[i] >= '0' && digits[i] <= '7'; i++)
        number = number * 8 + (uint32_t)(digits[i] - '0');
    return number;
}

/* Makes a node at the end of a path whose directories come earlier in the archive. Null for the root itself. */
static struct node *add(const char *path, size_t length, unsigned mode) {
    struct node *directory = &tree_root;
    const char *end = path + length;
    while (path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t part = (size_t)((slash ? slash : end) - path);
        bool last = path + part + 1 >= end;
        if (part > 0 && !(part == 1 && *path == '.')) {
            struct node *child = tree_child(directory, path, part);
            if (!child) child = tree_add(directory, path, part, last ? mode : S_IFDIR | 0755);
            if (!child || last) return child;
            directory = child;
        }
        path += part + 1;
    }
    return NULL;
}

static void unpack(const struct entry *entry, const uint8_t *contents, uint32_t size) {
    char path[sizeof entry->prefix + sizeof entry->name + 1];
    size_t prefix = strnlen(entry->prefix, sizeof entry->prefix), name = strnlen(entry->name, sizeof entry->name);
    memcpy(path, entry->prefix, prefix);
    if (prefix) path[prefix++] = '/';
    memcpy(path + prefix, entry->name, name);
    unsigned permissions = octal(entry->mode, sizeof entry->mode) & 07777;
    unsigned kind = entry->kind == '5' ? S_IFDIR : entry->kind == '2' ? S_IFLNK : S_IFREG;
    struct node *node = add(path, prefix + name, kind | permissions);
    if (!node) return;
    node->modified = octal(entry->time, sizeof entry->time) * 1000000000ull;
    if (kind == S_IFDIR) return;
    node->fixed = true;
    node->bytes = (uint8_t *)contents;
    node->size = size;
    if (kind != S_IFLNK) return;
    node->size = strnlen(entry->link, sizeof entry->link);
    node->bytes = (uint8_t *)entry->link;
    /* A target that fills its field has no NUL behind it. */
    if (node->size == sizeof entry->link) node->bytes = (uint8_t *)heap_copy_text(entry->link, node->size);
    if (!node->bytes) tree_remove(node);
}

void archive_start(void) {
    if (!image_root) return;
    for (const uint8_t *at = image_root; at + RECORD <= image_root_end;) {
        const struct entry *entry = (const struct entry *)at;
        if (memcmp(entry->magic, "ustar", 5) != 0) return;
        uint32_t size = entry->kind == '0' || entry->kind == 0 ? octal(entry->size, sizeof entry->size) : 0;
        unpack(entry, at + RECORD, size);
        at += RECORD + (size + RECORD - 1) / RECORD * RECORD;
    }
}
