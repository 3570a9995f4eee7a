/*
 * nic: sends or receives UDP packets as fast as it can, by one instruction each or by a network card's registers
 *
 * nic send WAY VM [BYTES], nic receive WAY: WAY is `instruction`, or `registers`, which only `denali bench nic` offers. The
 * receiver is named by its VM's number; 100 bytes are sent unless said otherwise. Both do what a stack would do with each
 * packet at least: write or check its headers and checksums.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

#define LARGEST_PAYLOAD 1472
#define IP_HEADER 20
#define UDP_HEADER 8
#define ETHERTYPE_IP 0x0800
#define PROTOCOL_UDP 17
#define PORT 9 /* Discard (RFC 863). */

/* The emulated card: see source/kernel/operations/nic-registers.ts. */
#define NIC_VECTOR "0xe0"
enum port { PORT_ADDRESS, PORT_DATA };
enum nic_register {
    STATUS,
    RECEIVE_ADDRESS,
    RECEIVE_CAPACITY,
    RECEIVE_LENGTH,
    SEND_ADDRESS,
    SEND_LENGTH,
    COMMAND,
    SEND_RESULT
};
#define STATUS_RECEIVED 1
#define STATUS_SENT 2

struct packet {
    struct ethernet_header ethernet;
    uint8_t ip[IP_HEADER];
    uint8_t udp[UDP_HEADER];
    uint8_t payload[LARGEST_PAYLOAD];
};
static union {
    struct packet packet;
    uint8_t bytes[DENALI_MAXIMUM_FRAME_SIZE];
} frame;

static void nic_write(enum port port, uint32_t value) {
    __asm__ volatile("int $" NIC_VECTOR : : "a"(port), "c"(value), "d"(1) : "memory");
}

static uint32_t nic_read(enum port port) {
    uint32_t value;
    __asm__ volatile("int $" NIC_VECTOR : "=a"(value) : "a"(port), "d"(0) : "memory");
    return value;
}

static void nic_set(enum nic_register number, uint32_t value) {
    nic_write(PORT_ADDRESS, number);
    nic_write(PORT_DATA, value);
}

static uint32_t nic_get(enum nic_register number) {
    nic_write(PORT_ADDRESS, number);
    return nic_read(PORT_DATA);
}

/* Ten accesses to receive a frame, two to find that there is none. */
static int32_t receive_by_registers(void) {
    if (!(nic_get(STATUS) & STATUS_RECEIVED)) return 0;
    nic_write(PORT_DATA, STATUS_RECEIVED);
    nic_set(RECEIVE_ADDRESS, (uint32_t)&frame);
    nic_set(RECEIVE_CAPACITY, sizeof frame);
    int32_t length = (int32_t)nic_get(RECEIVE_LENGTH);
    nic_write(PORT_DATA, 0);
    return length;
}

/* Twelve accesses. */
static int32_t send_by_registers(uint32_t length) {
    (void)nic_get(STATUS);
    nic_set(SEND_ADDRESS, (uint32_t)&frame);
    nic_set(SEND_LENGTH, length);
    nic_set(COMMAND, 1);
    int32_t result = (int32_t)nic_get(SEND_RESULT);
    nic_set(STATUS, STATUS_SENT);
    return result;
}

/* The ones' complement sum of RFC 1071 of big-endian words; the last byte of an odd number counts as a high one. */
static uint32_t sum(const uint8_t *bytes, uint32_t length, uint32_t before) {
    uint32_t total = before;
    for (uint32_t at = 0; at + 1 < length; at += 2) total += (uint32_t)bytes[at] << 8 | bytes[at + 1];
    if (length & 1) total += (uint32_t)bytes[length - 1] << 8;
    return total;
}

static uint16_t folded(uint32_t total) {
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~total;
}

static void put(uint8_t *bytes, uint32_t number) {
    bytes[0] = (uint8_t)(number >> 8);
    bytes[1] = (uint8_t)number;
}

/* Of the UDP part, with the pseudo header of RFC 768. */
static uint32_t udp_sum(uint32_t payload) {
    uint32_t before = sum(frame.packet.ip + 12, 8, PROTOCOL_UDP + UDP_HEADER + payload);
    return sum(frame.packet.udp, UDP_HEADER + payload, before);
}

static void write_packet(uint32_t payload, uint32_t number, const uint8_t *destination) {
    struct packet *packet = &frame.packet;
    ethernet_fill(&packet->ethernet, destination, ETHERTYPE_IP);
    memset(packet->ip, 0, IP_HEADER + UDP_HEADER);
    packet->ip[0] = 0x45;
    put(packet->ip + 2, IP_HEADER + UDP_HEADER + payload);
    put(packet->ip + 4, number);
    packet->ip[8] = 64;
    packet->ip[9] = PROTOCOL_UDP;
    memcpy(packet->ip + 13, (const uint8_t *)denali_registers.mac_address + 3, 3); /* 10 and the VM's number. */
    memcpy(packet->ip + 17, destination + 3, 3);
    packet->ip[12] = packet->ip[16] = 10;
    put(packet->ip + 10, folded(sum(packet->ip, IP_HEADER, 0)));
    put(packet->udp, PORT);
    put(packet->udp + 2, PORT);
    put(packet->udp + 4, UDP_HEADER + payload);
    put(packet->udp + 6, folded(udp_sum(payload)));
}

static bool is_right(int32_t length) {
    const uint8_t *ip = frame.packet.ip, *udp = frame.packet.udp;
    if (length < (int32_t)(sizeof frame.packet.ethernet + IP_HEADER + UDP_HEADER) || ip[0] != 0x45) return false;
    uint32_t size = (uint32_t)udp[4] << 8 | udp[5];
    if (size < UDP_HEADER || size > (uint32_t)length - sizeof frame.packet.ethernet - IP_HEADER) return false;
    return folded(sum(ip, IP_HEADER, 0)) == 0 && folded(udp_sum(size - UDP_HEADER)) == 0;
}

_Noreturn static void receive_all(bool registers) {
    for (uint32_t wrong = 0;;) {
        int32_t length;
        while ((length = registers ? receive_by_registers() : denali_packet_receive(&frame, sizeof frame)) > 0)
            if (!is_right(length)) printf("%u packets were wrong\n", ++wrong);
        denali_idle(DENALI_FOREVER);
    }
}

_Noreturn static void send_all(bool registers, uint32_t vm, uint32_t payload) {
    uint8_t destination[ETHERNET_ADDRESS_SIZE];
    memcpy(destination, (const uint8_t *)denali_registers.mac_address, sizeof destination);
    destination[3] = (uint8_t)(vm >> 16);
    put(destination + 4, vm);
    uint32_t length = sizeof frame.packet.ethernet + IP_HEADER + UDP_HEADER + payload;
    for (uint32_t number = 0;; number++) {
        write_packet(payload, number, destination);
        int32_t result;
        while ((result = registers ? send_by_registers(length) : denali_packet_send(&frame, length)) < 0) {
            if (result != DENALI_ERROR_AGAIN) printf("could not send, error %d\n", result);
            denali_idle(DENALI_FOREVER);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 3) usage_error(argv, "give send or receive, and instruction or registers", "");
    bool registers = strcmp(argv[2], "registers") == 0;
    if (!registers && strcmp(argv[2], "instruction") != 0) usage_error(argv, "there is no such way: ", argv[2]);
    if (strcmp(argv[1], "receive") == 0) receive_all(registers);
    uint32_t payload = number_argument(argc, argv, 4, 100);
    if (strcmp(argv[1], "send") != 0 || argc < 4) usage_error(argv, "give send WAY VM [BYTES]", "");
    if (payload > LARGEST_PAYLOAD) usage_error(argv, "a packet takes 1472 bytes at most", "");
    send_all(registers, number_argument(argc, argv, 3, 0), payload);
}
