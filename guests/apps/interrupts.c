/*
 * interrupts: tests the delivery of interrupts, with a handler and without; its status is how many tests failed.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

#define SHORT_TIME (5 * MILLISECOND)
/* To wait for something that must come far sooner; on a busy host a VM may have to wait, too. */
#define LONG_TIME (10 * SECOND)

static volatile uint32_t upcalls;
static volatile uint32_t enabled_in_handler;
static int failures;

/* Others than the timer's are no part of the test: `denali exec` types the end of its input at some time, for example. */
static bool has_timer(uint32_t mask) { return (mask & DENALI_BIT(TIMER)) != 0; }

static void count_upcall(uint32_t delivered) {
    if (has_timer(delivered)) upcalls++;
    enabled_in_handler += denali_registers.interrupts_enabled;
}

static void check(const char *what, bool holds) {
    printf("%s %s\n", holds ? "ok    " : "FAILED", what);
    if (!holds) failures++;
}

static void set_timer_soon(void) { denali_set_timer(denali_current_time() + SHORT_TIME); }

/* Idles until the timer's interrupt was taken or the time is over. Answers whether it was taken. */
static bool timer_comes(uint64_t timeout) {
    uint64_t end = denali_current_time() + timeout;
    for (uint64_t now; (now = denali_current_time()) < end;)
        if (has_timer(denali_idle(end - now))) return true;
    return false;
}

/* The same while interrupts are disabled: idles until the timer's is pending. Answers what idle answered, added up. */
static uint32_t idle_disabled(void) {
    uint32_t taken = 0;
    uint64_t end = denali_current_time() + LONG_TIME;
    while (!has_timer(denali_registers.interrupts_pending) && denali_current_time() < end) taken |= denali_idle(LONG_TIME);
    return taken;
}

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
    uint64_t before = denali_current_time();
    check("idle ends after its timeout", !timer_comes(SHORT_TIME));
    check("... and not before it", denali_current_time() - before >= SHORT_TIME);
    set_timer_soon();
    check("without a handler idle answers the interrupts", timer_comes(LONG_TIME));
    check("... and the register shows them", has_timer(denali_registers.interrupts_delivered));
    denali_set_timer(denali_current_time());
    check("a timer in the past is posted at once", timer_comes(LONG_TIME));
    set_timer_soon();
    denali_set_timer(0);
    check("a cancelled timer is not posted", !timer_comes(4 * SHORT_TIME));
    denali_interrupts_disable();
    set_timer_soon();
    check("disabled, idle answers 0", idle_disabled() == 0);
    check("... as soon as one is pending", has_timer(denali_registers.interrupts_pending));
    denali_interrupts_enable();
    check("enabled, the next idle takes it", timer_comes(LONG_TIME));
    check("... and nothing is left", !has_timer(denali_registers.interrupts_pending));
}

static void with_handler(void) {
    set_interrupt_handler(count_upcall);
    set_timer_soon();
    check("with a handler idle answers them too", timer_comes(LONG_TIME));
    check("... and the handler has run", upcalls == 1 && has_timer(denali_registers.interrupts_delivered));
    check("... with interrupts disabled", enabled_in_handler == 0);
    check("... and they are enabled again", denali_registers.interrupts_enabled != 0);
    denali_interrupts_disable();
    set_timer_soon();
    idle_disabled();
    check("disabled, the handler is not called", upcalls == 1);
    denali_interrupts_enable();
    check("enabled, the next idle calls it", timer_comes(LONG_TIME) && upcalls == 2);

    uint32_t expected = compute();
    uint32_t wrong = 0;
    uint64_t end = denali_current_time() + LONG_TIME;
    for (int i = 0; i < 10; i++) {
        uint32_t before = upcalls;
        denali_set_timer(denali_current_time() + MILLISECOND);
        while (upcalls == before && denali_system_time() < end)
            if (compute() != expected) wrong++;
    }
    check("a computing guest is interrupted", upcalls == 12);
    check("... and its registers and flags are kept", wrong == 0);
    set_interrupt_handler(NULL);
    set_timer_soon();
    check("the handler can be taken away", timer_comes(LONG_TIME) && upcalls == 12);
}

int main(void) {
    without_handler();
    with_handler();
    printf("%d failed, %u upcalls\n", failures, upcalls);
    return failures;
}
