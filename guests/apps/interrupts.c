/*
 * interrupts: tests the delivery of interrupts, with a handler and without; its status is how many tests failed.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

#define SHORT_TIME (5 * MILLISECOND)
/* A second's worth of waiting for something that must come far sooner. */
#define LONG_TIME SECOND

static volatile uint32_t upcalls;
static volatile uint32_t last_delivered;
static volatile uint32_t enabled_in_handler;
static int failures;

static void count_upcall(uint32_t delivered) {
    upcalls++;
    last_delivered = delivered;
    enabled_in_handler += denali_registers.interrupts_enabled;
}

static void check(const char *what, bool holds) {
    printf("%s %s\n", holds ? "ok    " : "FAILED", what);
    if (!holds) failures++;
}

static void set_timer_soon(void) { denali_set_timer(denali_system_time() + SHORT_TIME); }

/* Computes for a while; the answer is always the same unless an upcall damaged a register or a flag. */
static uint32_t compute(void) {
    uint32_t sum = 1;
    for (uint32_t i = 0; i < 20000; i++) {
        /* Carry from one instruction to the next: an upcall between the two must not lose it. */
        __asm__ volatile("addl %1, %0\n\tadcl $7, %0" : "+r"(sum) : "r"(i * 2654435761u) : "cc");
        sum = sum << 3 | sum >> 29;
    }
    return sum;
}

static void without_handler(void) {
    uint64_t before = denali_system_time();
    check("idle answers 0 after its timeout", denali_idle(SHORT_TIME) == 0);
    check("... and not before it", denali_system_time() - before >= SHORT_TIME);
    set_timer_soon();
    check("without a handler idle answers the interrupts", denali_idle(LONG_TIME) == DENALI_BIT(TIMER));
    check("... and the register shows them", denali_registers.interrupts_delivered == DENALI_BIT(TIMER));
    denali_set_timer(denali_system_time());
    check("a timer in the past is posted at once", denali_idle(LONG_TIME) == DENALI_BIT(TIMER));
    set_timer_soon();
    denali_set_timer(0);
    check("a cancelled timer is not posted", denali_idle(4 * SHORT_TIME) == 0);
    denali_interrupts_disable();
    set_timer_soon();
    check("disabled, idle answers 0", denali_idle(LONG_TIME) == 0);
    check("... as soon as one is pending", denali_registers.interrupts_pending == DENALI_BIT(TIMER));
    denali_interrupts_enable();
    check("enabled, the next idle takes it", denali_idle(LONG_TIME) == DENALI_BIT(TIMER));
    check("... and nothing is left", denali_registers.interrupts_pending == 0);
}

static void with_handler(void) {
    set_interrupt_handler(count_upcall);
    set_timer_soon();
    check("with a handler idle answers them too", denali_idle(LONG_TIME) == DENALI_BIT(TIMER));
    check("... and the handler has run", upcalls == 1 && last_delivered == DENALI_BIT(TIMER));
    check("... with interrupts disabled", enabled_in_handler == 0);
    check("... and they are enabled again", denali_registers.interrupts_enabled != 0);
    denali_interrupts_disable();
    set_timer_soon();
    denali_idle(LONG_TIME);
    check("disabled, the handler is not called", upcalls == 1);
    denali_interrupts_enable();
    check("enabled, the next idle calls it", denali_idle(0) == DENALI_BIT(TIMER) && upcalls == 2);

    uint32_t expected = compute();
    uint32_t wrong = 0;
    uint64_t end = denali_system_time() + LONG_TIME;
    for (int i = 0; i < 10; i++) {
        uint32_t before = upcalls;
        denali_set_timer(denali_system_time() + MILLISECOND);
        while (upcalls == before && denali_system_time() < end)
            if (compute() != expected) wrong++;
    }
    check("a computing guest is interrupted", upcalls == 12);
    check("... and its registers and flags are kept", wrong == 0);
    set_interrupt_handler(NULL);
    set_timer_soon();
    check("the handler can be taken away", denali_idle(LONG_TIME) == DENALI_BIT(TIMER) && upcalls == 12);
}

int main(void) {
    without_handler();
    with_handler();
    printf("%d failed, %u upcalls\n", failures, upcalls);
    return failures;
}
