/*
 * DHCP (RFC 2131) for guests that ask: every VM gets the address that its number stands for, always the same one, so there is
 * nothing to lease and nothing to remember. The supervisor is router and name server.
 */
#include "denali.h"
#include "services.h"
#include <lwip/netif.h>
#include <lwip/prot/dhcp.h>
#include <lwip/udp.h>
#include <string.h>

/* Seconds. Addresses never change; a day keeps quiet guests quiet. */
#define LEASE_TIME 86400u
#define SERVER_PORT 67
#define CLIENT_PORT 68
/* Bytes of a message that every client takes (RFC 2131, section 2). */
#define REPLY_OPTIONS 64u

static struct dhcp_msg message;

/* The value of an option of one byte, 0 when there is none. */
static uint8_t option_of(const struct dhcp_msg *request, uint32_t length, uint8_t wanted) {
    const uint8_t *next = request->options, *end = (const uint8_t *)request + length;
    while (next + 2 < end && *next != DHCP_OPTION_END) {
        if (*next == DHCP_OPTION_PAD) {
            next++;
            continue;
        }
        if (*next == wanted && next[1] >= 1) return next[2];
        next += 2 + next[1];
    }
    return 0;
}

static uint8_t *put(uint8_t *next, uint8_t option, const void *value, uint8_t length) {
    *next++ = option;
    *next++ = length;
    memcpy(next, value, length);
    return next + length;
}

/* Makes the request into its answer. */
static void answer(uint8_t type) {
    const uint32_t own = netif_ip4_addr(netif_default)->addr, mask = netif_ip4_netmask(netif_default)->addr;
    const uint32_t lease = lwip_htonl(LEASE_TIME);
    const uint8_t *mac = message.chaddr;
    const uint8_t address[4] = {10, mac[3], mac[4], mac[5]};
    message.op = DHCP_BOOTREPLY;
    memcpy(&message.yiaddr, address, sizeof address);
    message.siaddr.addr = own;
    memset(message.sname, 0, sizeof message.sname);
    memset(message.file, 0, sizeof message.file);
    memset(message.options, 0, sizeof message.options);
    uint8_t *next = put(message.options, DHCP_OPTION_MESSAGE_TYPE, &type, 1);
    next = put(next, DHCP_OPTION_SERVER_ID, &own, 4);
    next = put(next, DHCP_OPTION_LEASE_TIME, &lease, 4);
    next = put(next, DHCP_OPTION_SUBNET_MASK, &mask, 4);
    next = put(next, DHCP_OPTION_ROUTER, &own, 4);
    next = put(next, DHCP_OPTION_DNS_SERVER, &own, 4);
    *next = DHCP_OPTION_END;
}

static void on_request(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    static const uint8_t of_vms[] = {0x02, 'D', 'N'};
    (void)argument;
    (void)from;
    (void)port;
    memset(&message, 0, sizeof message);
    uint32_t length = pbuf_copy_partial(packet, &message, sizeof message, 0);
    pbuf_free(packet);
    if (length < DHCP_OPTIONS_OFS || message.op != DHCP_BOOTREQUEST || message.cookie != PP_HTONL(DHCP_MAGIC_COOKIE) ||
        memcmp(message.chaddr, of_vms, sizeof of_vms) != 0)
        return;
    uint8_t type = option_of(&message, length, DHCP_OPTION_MESSAGE_TYPE);
    if (type != DHCP_DISCOVER && type != DHCP_REQUEST) return;
    answer(type == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK);
    struct pbuf *reply = pbuf_alloc(PBUF_TRANSPORT, DHCP_OPTIONS_OFS + REPLY_OPTIONS, PBUF_RAM);
    if (!reply) return;
    pbuf_take(reply, &message, reply->tot_len);
    udp_sendto_if(udp, reply, IP_ADDR_BROADCAST, CLIENT_PORT, netif_default);
    pbuf_free(reply);
}

void dhcp_service_start(void) {
    struct udp_pcb *udp = udp_new();
    if (!udp) return;
    ip_set_option(udp, SOF_BROADCAST);
    udp_bind(udp, IP_ADDR_ANY, SERVER_PORT);
    udp_recv(udp, on_request, NULL);
}
