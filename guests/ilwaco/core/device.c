/* The directories and device nodes that programs expect to find. */
#include "device.h"
#include "tree.h"
#include <string.h>
#include <sys/stat.h>

long system_getrandom(void *bytes, size_t size);

static long read_null(void *bytes, size_t size) {
    (void)bytes;
    (void)size;
    return 0;
}

static long read_zero(void *bytes, size_t size) {
    memset(bytes, 0, size);
    return (long)size;
}

static const struct device null = {read_null}, zero = {read_zero}, noise = {system_getrandom}, console = {NULL};

static void add_device(struct node *directory, const char *name, const struct device *device) {
    struct node *node = tree_add(directory, name, strlen(name), S_IFCHR | 0666);
    if (node) node->device = device;
}

static struct node *add_directory(struct node *parent, const char *name) {
    struct node *present = parent ? tree_child(parent, name, strlen(name)) : NULL;
    return present || !parent ? present : tree_add(parent, name, strlen(name), S_IFDIR | 0777);
}

void devices_start(void) {
    add_directory(&tree_root, "tmp");
    add_directory(&tree_root, "etc");
    add_directory(add_directory(&tree_root, "var"), "tmp");
    struct node *directory = add_directory(&tree_root, "dev");
    if (!directory) return;
    add_device(directory, "null", &null);
    add_device(directory, "zero", &zero);
    add_device(directory, "random", &noise);
    add_device(directory, "urandom", &noise);
    add_device(directory, "console", &console);
    add_device(directory, "tty", &console);
}
