/*
 * hostile-registers: overwrites the virtual registers; status 0 when the kernel kept going by what it knows itself.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

static int failures;

static void check(const char *what, bool holds) {
    printf("%s %s\n", holds ? "ok    " : "FAILED", what);
    if (!holds) failures++;
}

int main(void) {
    volatile struct denali_registers *registers = &denali_registers;
    struct {
        struct ethernet_header header;
        uint8_t payload[ETHERNET_MINIMUM_FRAME - sizeof(struct ethernet_header)];
    } frame = {.payload = {0}};
    ethernet_fill(&frame.header, ethernet_broadcast, ETHERTYPE_EXPERIMENT);
    uint64_t time = denali_system_time();
    attempt("overwrite the virtual registers");
    /* All but the two that are a guest's to write: interrupts stay enabled and without a handler. */
    volatile uint32_t *words = (volatile uint32_t *)registers;
    for (uint32_t i = 0; i < DENALI_REGISTER_PAGE_SIZE / 4; i++)
        if (i * 4 != DENALI_REGISTER_INTERRUPT_HANDLER && i * 4 != DENALI_REGISTER_INTERRUPTS_ENABLED) words[i] = ~0u;
    /* The keyboard may have posted one of its own. */
    check("idle still ends, with nothing taken", (denali_idle(MILLISECOND) & ~DENALI_BIT(KEYBOARD)) == 0);
    check("time is the kernel's", denali_system_time() >= time && denali_system_time() < time + 3600 * SECOND);
    check("no interrupt came of it", registers->interrupts_pending == 0);
    check("the interface kept its address", ethernet_send(&frame, sizeof frame) == 0);
    memset(frame.header.source, 0xff, ETHERNET_ADDRESS_SIZE);
    check("... and has no other", ethernet_send(&frame, sizeof frame) == DENALI_ERROR_DENIED);
    check("there is no disk 3", denali_disk_read(3, 0, image_end, 0) == DENALI_ERROR_NOT_FOUND);
    return failures;
}
