/* Sends frames one after the other with an interrupt handler installed, and says so when all are sent. */
#include "runtime.h"

static volatile uint32_t transmits;

static void count(uint32_t delivered) { transmits += (delivered & DENALI_BIT(NIC_TRANSMIT)) != 0; }

int main(void) {
    struct ethernet_header header;
    ethernet_fill(&header, ethernet_broadcast, 0x88b5);
    set_interrupt_handler(count);
    for (int i = 0; i < 200; i++) ethernet_send(&header, sizeof header);
    printf("sent, %s\n", transmits ? "having waited" : "without waiting");
    return 0;
}
