/* The virtual network interface under lwIP: the VM's addresses, and frames that arrive. */
#include "arguments.h"
#include "console.h"
#include "deadlines.h"
#include "denali.h"
#include "idle.h"
#include "network.h"
#include "params.h"
#include "pressure.h"
#include "process.h"
#include "resolver.h"
#include "thread.h"
#include "transmit.h"
#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/ip4_addr.h>
#include <lwip/netif.h>
#include <netif/ethernet.h>
#include <stdlib.h>
#include <string.h>

/*
 * Frames taken before the program has its turn. Somebody who sends faster than they can be taken would keep it from ever
 * running (Mogul and Ramakrishnan, "Eliminating receive livelock in an interrupt-driven kernel", 1996).
 */
#define FRAMES_AT_ONCE 16u

/* How long, ns, there was no memory for a frame before it is looked whether there is: nobody tells when memory comes back. */
#define MEMORY_RETRY (5 * MILLISECOND)

/* The VM number of the supervisor. */
#define SUPERVISOR 1

/* How long a program with `ip=dhcp` waits for its address before it starts without. */
#define LEASE_PATIENCE (10 * SECOND)

static struct netif interface;
static char host_name[DENALI_NAME_SIZE];
static bool is_broken;

long system_getrandom(void *bytes, size_t size);

uint32_t network_random(void) {
    uint32_t number;
    system_getrandom(&number, sizeof number);
    return number;
}

bool network_is_broken(void) { return is_broken; }

_Noreturn void network_broken(const char *what) {
    console_note("network stack: ", what);
    is_broken = true;
    process_end(134);
}

static err_t output_ip(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to) {
    struct eth_addr mac;
    if (!neighbours_derive((const uint8_t *)&to->addr, mac.addr)) return etharp_output(netif, packet, to);
    return ethernet_output(netif, packet, (struct eth_addr *)netif->hwaddr, &mac, ETHTYPE_IP);
}

static err_t set_up(struct netif *netif) {
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = 1500;
    netif->hwaddr_len = ETH_HWADDR_LEN;
    memcpy(netif->hwaddr, (const uint8_t *)denali_registers.mac_address, ETH_HWADDR_LEN);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->output = output_ip;
    netif->linkoutput = transmit_frame;
    return ERR_OK;
}

/* The last half of the MAC address behind 10: every VM of a machine has another, and needs to ask nobody. */
static void derive_address(ip4_addr_t *address, ip4_addr_t *mask) {
    const volatile uint8_t *mac = denali_registers.mac_address;
    IP4_ADDR(address, 10, mac[3], mac[4], mac[5]);
    IP4_ADDR(mask, 255, 0, 0, 0);
}

/* Reads `10.0.0.7` or `10.0.0.7/24`. False when it is neither. */
static bool parse_address(const char *text, ip4_addr_t *address, ip4_addr_t *mask) {
    char copy[32];
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    if (!ip4addr_aton(copy, address)) return false;
    unsigned bits = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : 8;
    if (bits > 32) return false;
    ip4_addr_set_u32(mask, lwip_htonl(bits ? 0xffffffffu << (32 - bits) : 0));
    return true;
}

static void read_address(const char *name, ip4_addr_t *address) {
    const char *text = arguments_setting(name);
    ip4_addr_t unused;
    if (text && !parse_address(text, address, &unused)) console_note("this is no address: ", text);
}

/* Called whenever the interface gets its address, from us or by DHCP. `dns=` goes before what a lease says. */
static void status_changed(struct netif *netif) {
    const ip_addr_t *server = arguments_setting("dns") ? NULL : dns_getserver_of_lease();
    if (netif_is_up(netif) && server) resolver_set_server(ip4addr_ntoa(server));
}

/* Programs start when they can be reached: most ask for nothing but an open socket and would not try again. */
static void wait_for_lease(void) {
    uint64_t latest = denali_current_time() + LEASE_PATIENCE;
    dhcp_start(&interface);
    while (!dhcp_supplied_address(&interface)) {
        if (denali_current_time() >= latest) return console_note("ip=dhcp: ", "nobody gave this VM an address in 10 s");
        idle_once(latest);
    }
}

/* The supervisor is the first VM, where there is one, and knows the others' names. */
static void name_supervisor(ip4_addr_t *server) {
    if (denali_registers.vm_id != SUPERVISOR) IP4_ADDR(server, 10, 0, 0, SUPERVISOR);
}

void network_start(void) {
    ip4_addr_t address, mask, gateway = {0}, server = {0};
    const char *wanted = arguments_setting("ip");
    bool automatic = wanted && strcmp(wanted, "dhcp") == 0;
    lwip_init();
    resolver_start();
    derive_address(&address, &mask);
    if (wanted && !automatic && !parse_address(wanted, &address, &mask)) {
        console_note("ip= wants an address such as 10.0.0.7/8 or dhcp, not ", wanted);
        derive_address(&address, &mask);
    }
    read_address("gateway", &gateway);
    if (!wanted) name_supervisor(&server);
    read_address("dns", &server);
    if (automatic) ip4_addr_set_zero(&address);
    netif_add(&interface, &address, automatic ? &address : &mask, &gateway, NULL, set_up, netif_input);
    memcpy(host_name, (const char *)denali_registers.name, sizeof host_name - 1);
    netif_set_hostname(&interface, host_name);
    netif_set_default(&interface);
    netif_set_status_callback(&interface, status_changed);
    netif_set_up(&interface);
    if (!ip4_addr_isany_val(server)) resolver_set_server(ip4addr_ntoa(&server));
    if (automatic) wait_for_lease();
}

static bool frames_wait;
/* When frames that there was no memory for are looked for again. */
static uint64_t look_again = NEVER;

/* Whether a frame is to be dropped before it costs more than this question. */
static bool is_unwanted(const uint8_t *bytes, uint32_t length) {
    if (!neighbours_plausible(bytes, length)) return true;
    if (timers_is_fragment(bytes, length) && pressure_is_great()) return true;
    return half_open_is_request(bytes, length) && (!half_open_admits(bytes, length) || pressure_forbids_beginning());
}

static void receive_some(void) {
    static struct pbuf *spare; /* Kept for the next frame when there was none. */
    frames_wait = false;
    look_again = NEVER;
    for (unsigned taken = 0; taken < FRAMES_AT_ONCE; taken++) {
        if (!spare) spare = pbuf_alloc(PBUF_RAW, DENALI_MAXIMUM_FRAME_SIZE, PBUF_POOL);
        if (!spare) {
            /* No memory: frames stay in the kernel's queue, which drops what does not fit. */
            look_again = denali_system_time() + MEMORY_RETRY;
            return;
        }
        int32_t length = denali_packet_receive(spare->payload, DENALI_MAXIMUM_FRAME_SIZE);
        if (length <= 0) return;
        if (is_unwanted(spare->payload, (uint32_t)length)) continue;
        timers_note_frame(spare->payload, (uint32_t)length, false);
        struct pbuf *packet = spare;
        spare = NULL;
        pbuf_realloc(packet, (u16_t)length);
        if (interface.input(packet, &interface) != ERR_OK) pbuf_free(packet);
    }
    frames_wait = true;
}

static bool loopback_waits(void) {
    for (struct netif *netif = netif_list; netif; netif = netif->next)
        if (netif->loop_first) return true;
    return false;
}

void network_poll(void) {
    timers_catch_up(denali_system_time());
    transmit_poll();
    receive_some();
    while (loopback_waits()) netif_poll_all();
    timers_run(denali_system_time());
    pressure_relieve();
    pressure_eased();
}

/* A time that is past; 0 would mean none to the timer. */
#define AT_ONCE 1

uint64_t network_deadline(void) {
    if (frames_wait || loopback_waits() || pressure_can_relieve()) return AT_ONCE;
    return earlier(timers_deadline(), earlier(pressure_deadline(), look_again));
}
