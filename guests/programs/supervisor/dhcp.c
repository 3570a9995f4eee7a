/*
 * DHCP (RFC 2131) for guests that ask: every VM gets the address that its number stands for, always the same one, so there is
 * nothing to lease and nothing to remember. The supervisor is router and name server. Its answers are frames for who asked and
 * for nobody else: broadcasts would reach every VM, and bring back those that are swapped out, as often as somebody asks.
 */
#include "denali.h"
#include "services.h"
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/prot/dhcp.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>
#include <string.h>

/* Seconds. Addresses never change; a day keeps quiet guests quiet. */
#define LEASE_TIME 86400u
#define SERVER_PORT 67
#define CLIENT_PORT 68
/* Bytes of a message that every client takes (RFC 2131, section 2). */
#define REPLY_OPTIONS 64u
/* A client that can take no packet for an address that it does not have yet. */
#define FLAG_BROADCAST PP_HTONS(0x8000)

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

/* Whether the message is about the VM that sent its frame. In fragments, of which each may be another's, nobody asks. */
static bool is_of_sender(const struct pbuf *packet) {
    const struct eth_hdr *frame = (const void *)((const uint8_t *)ip4_current_header() - SIZEOF_ETH_HDR);
    return !packet->next && memcmp(message.chaddr, frame->src.addr, ETH_HWADDR_LEN) == 0;
}

static err_t output_to_client(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to) {
    struct eth_addr client;
    (void)to;
    memcpy(client.addr, message.chaddr, ETH_HWADDR_LEN);
    return ethernet_output(netif, packet, (struct eth_addr *)netif->hwaddr, &client, ETHTYPE_IP);
}

/* The packet is for everybody where the client wants that, the frame is not. */
static void send_to_client(struct udp_pcb *udp, struct pbuf *reply) {
    struct netif way = *netif_default;
    ip_addr_t address = IPADDR4_INIT(message.flags & FLAG_BROADCAST ? IPADDR_BROADCAST : message.yiaddr.addr);
    way.output = output_to_client;
    udp_sendto_if(udp, reply, &address, CLIENT_PORT, &way);
}

static void on_request(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    static const uint8_t of_vms[] = {0x02, 'D', 'N'};
    (void)argument;
    (void)from;
    (void)port;
    memset(&message, 0, sizeof message);
    uint32_t length = pbuf_copy_partial(packet, &message, sizeof message, 0);
    bool plausible = length >= DHCP_OPTIONS_OFS && message.op == DHCP_BOOTREQUEST &&
                     message.cookie == PP_HTONL(DHCP_MAGIC_COOKIE) &&
                     memcmp(message.chaddr, of_vms, sizeof of_vms) == 0 && is_of_sender(packet);
    pbuf_free(packet);
    if (!plausible) return;
    uint8_t type = option_of(&message, length, DHCP_OPTION_MESSAGE_TYPE);
    if (type != DHCP_DISCOVER && type != DHCP_REQUEST) return;
    answer(type == DHCP_DISCOVER ? DHCP_OFFER : DHCP_ACK);
    struct pbuf *reply = pbuf_alloc(PBUF_TRANSPORT, DHCP_OPTIONS_OFS + REPLY_OPTIONS, PBUF_RAM);
    if (!reply) return;
    pbuf_take(reply, &message, reply->tot_len);
    send_to_client(udp, reply);
    pbuf_free(reply);
}

void dhcp_service_start(void) {
    struct udp_pcb *udp = udp_new();
    if (!udp) return;
    ip_set_option(udp, SOF_BROADCAST);
    udp_bind(udp, IP_ADDR_ANY, SERVER_PORT);
    udp_recv(udp, on_request, NULL);
}
