/*
 * Who has which address: 10.0.0.7 belongs to the VM with the MAC address 02:44:4e:00:00:07, unless VMs were given others.
 *
 * Nobody else can speak for it: the switch lets a VM send from its own MAC address alone, and frames that claim another's
 * IP address are dropped here, so that no VM can take another's traffic or break its connections.
 *
 * Nobody needs to be asked then. A VM that was given another address asks the VM that an address would belong to, and everybody
 * only when that one did not answer: a broadcast reaches every VM of the Ethernet and brings back those that are swapped out.
 */
#include "arguments.h"
#include "denali.h"
#include "network.h"
#include "params.h"
#include <string.h>

/* Where an ARP packet over Ethernet has what (RFC 826), from the frame's beginning. */
#define ARP_LENGTH 42u
#define ARP_OPERATION 20
#define ARP_SENDER_MAC 22
#define ARP_SENDER 28
#define ARP_TARGET 38
/* Where an Ethernet frame has its sender, and an IPv4 packet in it has its own (RFC 791). */
#define FRAME_SENDER 6
#define IP_SENDER 26
#define IP_LENGTH 34u

/* A request for the same address within this time is a repetition, ns. lwIP repeats after a second, five times. */
#define REPETITION (8 * SECOND)
#define REMEMBERED 64u

static struct {
    uint8_t address[4];
    uint64_t asked_at;
} asked[REMEMBERED];

/* Whether addresses here follow from numbers: this VM was not told another, so those that it talks to were not either. */
static bool are_derived(void) {
    static enum { UNKNOWN, DERIVED, GIVEN } answer;
    const char *wanted = answer == UNKNOWN ? arguments_setting("ip") : NULL;
    if (answer == UNKNOWN) answer = !wanted || strcmp(wanted, "dhcp") == 0 ? DERIVED : GIVEN;
    return answer == DERIVED;
}

bool neighbours_derive(const uint8_t *address, uint8_t *mac) {
    static const uint8_t broadcast[] = {10, 255, 255, 255};
    if (address[0] != 10 || !are_derived() || memcmp(address, broadcast, sizeof broadcast) == 0) return false;
    memcpy(mac, (const uint8_t *)denali_registers.mac_address, 3); /* VMs share the first half. */
    memcpy(mac + 3, address + 1, 3);
    return true;
}

static bool is_request(const uint8_t *frame, uint32_t length) {
    return length >= ARP_LENGTH && frame[12] == 8 && frame[13] == 6 && frame[ARP_OPERATION] == 0 &&
           frame[ARP_OPERATION + 1] == 1 && frame[0] == 0xff;
}

/* Notes that an address was asked for. True when it was before, and did not answer. */
static bool was_asked(const uint8_t *address) {
    uint64_t now = denali_system_time();
    unsigned place = address[3] % REMEMBERED;
    bool repeated = memcmp(asked[place].address, address, 4) == 0 && now - asked[place].asked_at < REPETITION;
    memcpy(asked[place].address, address, 4);
    asked[place].asked_at = now;
    return repeated;
}

bool neighbours_narrow(uint8_t *frame, uint32_t length) {
    const uint8_t *target = frame + ARP_TARGET;
    if (!is_request(frame, length)) return true;
    bool own_derived = arguments_setting("ip") == NULL;
    bool announcement = memcmp(frame + ARP_SENDER, target, 4) == 0;
    if (announcement) return !own_derived; /* Nobody can have another idea of this address. */
    if (target[0] != 10 || was_asked(target)) return true;
    memcpy(frame, (const uint8_t *)denali_registers.mac_address, 3); /* VMs share the first half. */
    memcpy(frame + 3, target + 1, 3);
    return true;
}

static bool is_of(const uint8_t *mac, const uint8_t *address) {
    if (address[0] != 10) return address[0] != 127;
    return memcmp(mac + 3, address + 1, 3) == 0;
}

bool neighbours_plausible(const uint8_t *frame, uint32_t length) {
    const uint8_t *mac = frame + FRAME_SENDER;
    bool arp = length >= ARP_LENGTH && frame[12] == 8 && frame[13] == 6;
    bool ip = length >= IP_LENGTH && frame[12] == 8 && frame[13] == 0;
    if (arp && memcmp(frame + ARP_SENDER_MAC, mac, 6) != 0) return false;
    bool of_vm = memcmp(mac, (const uint8_t *)denali_registers.mac_address, 3) == 0; /* Not from beyond a bridge. */
    if (!of_vm || !are_derived()) return true;
    return arp ? is_of(mac, frame + ARP_SENDER) : !ip || is_of(mac, frame + IP_SENDER);
}
