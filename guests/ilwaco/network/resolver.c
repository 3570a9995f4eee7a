/* Keeps /etc/resolv.conf as DHCP or the VM's arguments want it. */
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

void resolver_set_server(const char *address) {
    static const char key[] = "nameserver ";
    struct node *directory = tree_child(&tree_root, "etc", 3);
    if (!directory) return;
    struct node *node = tree_child(directory, "resolv.conf", 11);
    if (!node) node = tree_add(directory, "resolv.conf", 11, S_IFREG | 0644);
    if (!node || storage_resize(node, 0) != 0) return;
    storage_write(node, key, sizeof key - 1, 0);
    storage_write(node, address, strlen(address), node->size);
    storage_write(node, "\n", 1, node->size);
}
