/*
 * DNS (RFC 1035) for guests: the name of a VM means its address, with or without `.lan` behind it; the name of an allowed
 * destination means the supervisor, through which it is reached. Nothing else is known and nobody else is asked.
 */
#include "denali.h"
#include "services.h"
#include <lwip/netif.h>
#include <lwip/udp.h>
#include <string.h>
#include <strings.h>

#define PORT 53
#define HEADER 12u
/* Bytes of a query with the longest name, and of its answer. */
#define MESSAGE_SIZE 512u
#define ANSWER_SIZE 16u
#define LONGEST_NAME 64u
/* Seconds that an answer may be remembered: a name is soon another VM's. */
#define TIME_TO_LIVE 5
#define TYPE_A 1
#define CLASS_INTERNET 1
#define FLAGS_ANSWER 0x84 /* A response, authoritative. */
#define NO_SUCH_NAME 3
#define NOT_IMPLEMENTED 4

static uint8_t message[MESSAGE_SIZE + ANSWER_SIZE];

/* Reads the question's name as text. Answers where it ends, 0 when it is none that we could know. */
static uint32_t read_name(uint32_t length, char *name) {
    uint32_t at = HEADER, written = 0;
    while (at < length && message[at] != 0) {
        uint32_t label = message[at++];
        if (label > 63 || at + label > length || written + label + 1 >= LONGEST_NAME) return 0;
        if (written > 0) name[written++] = '.';
        memcpy(name + written, message + at, label);
        written += label;
        at += label;
    }
    name[written] = 0;
    return at < length ? at + 1 : 0;
}

/* The number of the VM with this name, as it is written or in small letters: in DNS capitals make no difference. */
static uint32_t find_vm_number(char *name) {
    uint32_t number = vm_number(name);
    if (number) return number;
    for (char *letter = name; *letter != '\0'; letter++)
        if (*letter >= 'A' && *letter <= 'Z') *letter |= 0x20;
    return vm_number(name);
}

/* The address a name means, in network order; 0 for none. */
static uint32_t find(char *name) {
    for (uint32_t i = 0; destination_name(i); i++)
        if (strcasecmp(name, destination_name(i)) == 0) return netif_ip4_addr(netif_default)->addr;
    size_t length = strlen(name);
    if (length > 4 && strcasecmp(name + length - 4, ".lan") == 0) name[length - 4] = 0;
    uint32_t number = find_vm_number(name);
    return number ? lwip_htonl(10u << 24 | number) : 0;
}

static uint32_t add_answer(uint32_t at, uint32_t address) {
    const uint8_t record[ANSWER_SIZE - 4] = {0xc0, HEADER, 0, TYPE_A, 0, CLASS_INTERNET, 0, 0, 0, TIME_TO_LIVE, 0, 4};
    memcpy(message + at, record, sizeof record);
    memcpy(message + at + sizeof record, &address, 4);
    message[7] = 1; /* One answer. */
    return at + ANSWER_SIZE;
}

/* Makes the query into its answer. Answers its length, 0 for what is no query. */
static uint32_t answer(uint32_t length) {
    char name[LONGEST_NAME];
    if (length < HEADER || message[2] & 0x80 || message[4] != 0 || message[5] != 1) return 0;
    uint32_t end = read_name(length, name);
    bool understood = end > 0 && end + 4 <= length && (message[2] & 0x78) == 0;
    uint32_t type = understood ? (uint32_t)message[end] << 8 | message[end + 1] : 0;
    uint32_t address = understood ? find(name) : 0;
    message[2] = (uint8_t)(FLAGS_ANSWER | (message[2] & 0x79));
    message[3] = !understood ? NOT_IMPLEMENTED : address ? 0 : NO_SUCH_NAME;
    memset(message + 6, 0, 6);
    if (!understood) {
        message[5] = 0;
        return HEADER;
    }
    return address && type == TYPE_A ? add_answer(end + 4, address) : end + 4;
}

static void on_query(void *argument, struct udp_pcb *udp, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
    (void)argument;
    uint32_t length = answer(pbuf_copy_partial(packet, message, MESSAGE_SIZE, 0));
    pbuf_free(packet);
    struct pbuf *reply = length ? pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM) : NULL;
    if (!reply) return;
    pbuf_take(reply, message, (u16_t)length);
    udp_sendto(udp, reply, from, port);
    pbuf_free(reply);
}

void name_service_start(void) {
    struct udp_pcb *udp = udp_new();
    if (!udp) return;
    udp_bind(udp, IP_ADDR_ANY, PORT);
    udp_recv(udp, on_query, NULL);
}
