/* Ethernet frames. */
#include "runtime.h"

const uint8_t ethernet_broadcast[ETHERNET_ADDRESS_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

void ethernet_fill(struct ethernet_header *header, const uint8_t *destination, uint16_t type) {
    for (int i = 0; i < ETHERNET_ADDRESS_SIZE; i++) {
        header->destination[i] = destination[i];
        header->source[i] = denali_registers.mac_address[i];
    }
    header->type[0] = (uint8_t)(type >> 8);
    header->type[1] = (uint8_t)type;
}

/*
 * Between a refusal and idling, interrupts are disabled: delivered to a handler there, that of the queue would not end the
 * idling. Idling once more takes what ended it, or calls the handler.
 */
int32_t ethernet_send(const void *frame, uint32_t length) {
    uint32_t before = denali_interrupts_disable();
    int32_t result;
    while ((result = denali_packet_send(frame, length)) == DENALI_ERROR_AGAIN) {
        denali_idle(DENALI_FOREVER);
        denali_interrupts_restore(before);
        denali_idle(0);
        denali_interrupts_disable();
    }
    denali_interrupts_restore(before);
    return result;
}

void print_mac(const uint8_t *address) {
    printf("%02x:%02x:%02x:%02x:%02x:%02x", address[0], address[1], address[2], address[3], address[4], address[5]);
}
