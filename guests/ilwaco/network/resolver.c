/* Keeps /etc/hosts, and /etc/resolv.conf as DHCP or the VM's arguments want it. */
#include "resolver.h"
#include "storage.h"
#include <string.h>
#include <sys/stat.h>

static ip_addr_t told;

/* lwIP calls it and has none: its own resolver is not built. */
void dns_init(void) {}

/* lwIP's hook for what a lease brings. */
void dns_setserver(u8_t index, const ip_addr_t *server) {
    if (index == 0) told = *server;
}

const ip_addr_t *dns_getserver_of_lease(void) { return ip_addr_isany(&told) ? NULL : &told; }

/* Writes a file in /etc anew: a line of two words. Where there is no memory for it, there is none. */
static void write_line(const char *name, const char *first, const char *second) {
    struct node *directory = tree_child(&tree_root, "etc", 3);
    if (!directory) return;
    struct node *node = tree_child(directory, name, strlen(name));
    if (!node) node = tree_add(directory, name, strlen(name), S_IFREG | 0644);
    if (!node || storage_resize(node, 0) != 0) return;
    const char *const pieces[] = {first, " ", second, "\n"};
    for (unsigned i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        storage_write(node, pieces[i], strlen(pieces[i]), node->size);
}

void resolver_start(void) {
    struct node *directory = tree_child(&tree_root, "etc", 3);
    if (directory && !tree_child(directory, "hosts", 5)) write_line("hosts", "127.0.0.1", "localhost");
}

void resolver_set_server(const char *address) { write_line("resolv.conf", "nameserver", address); }
