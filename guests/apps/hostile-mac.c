/*
 * hostile-mac: sends frames in another's name; status 0 when they were refused, 1 when one was not.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

static struct {
    struct ethernet_header header;
    uint8_t payload[ETHERNET_MINIMUM_FRAME - sizeof(struct ethernet_header)];
} frame;

static int send_as(const char *whose, const uint8_t *source) {
    ethernet_fill(&frame.header, ethernet_broadcast, ETHERTYPE_EXPERIMENT);
    memcpy(frame.header.source, source, ETHERNET_ADDRESS_SIZE);
    int32_t result = ethernet_send(&frame, sizeof frame);
    printf("sending from %s address ", whose);
    print_mac(source);
    printf(": %s (%d)\n", result == DENALI_ERROR_DENIED ? "refused" : "NOT refused", result);
    return result == DENALI_ERROR_DENIED ? 0 : 1;
}

int main(void) {
    uint8_t neighbour[ETHERNET_ADDRESS_SIZE];
    for (int i = 0; i < ETHERNET_ADDRESS_SIZE; i++) neighbour[i] = denali_registers.mac_address[i];
    neighbour[ETHERNET_ADDRESS_SIZE - 1] ^= 1;
    int accepted = send_as("a neighbour's", neighbour) + send_as("the broadcast", ethernet_broadcast);

    /* The register page is ours to write; the kernel must not take its word for who we are. */
    for (int i = 0; i < ETHERNET_ADDRESS_SIZE; i++) denali_registers.mac_address[i] = neighbour[i];
    accepted += send_as("a forged register's", neighbour);
    return accepted == 0 ? 0 : 1;
}
