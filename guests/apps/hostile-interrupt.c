/*
 * hostile-interrupt: gives the kernel a handler or a stack that it cannot deliver an interrupt with.
 *
 * hostile-interrupt [stack|handler|text|return]: no room on the stack; a handler outside memory, or outside text; or an
 * interrupt return without an interrupt and with no stack to return from.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

static void ignore(uint32_t delivered) { (void)delivered; }

int main(int argc, char **argv) {
    static const char *const attempts[] = {"stack", "handler", "text", "return"};
    static uint32_t data;
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("take an interrupt on a stack that has no room");
        set_interrupt_handler(ignore);
        /* Not before the stack is spoilt, however slow the machine is. */
        denali_registers.interrupts_enabled = 0;
        denali_set_timer(denali_system_time() + MILLISECOND);
        __asm__ volatile("movl $4, %%esp\n\tmovl $1, %c2\n\t" DENALI_INT(IDLE)
                         : : "a"(0xffffffff), "d"(0xffffffff), "i"(DENALI_REGISTER_INTERRUPTS_ENABLED) : "memory");
        break;
    case 1:
        attempt("take an interrupt outside memory");
        denali_registers.interrupt_handler = 0xfffffff0;
        denali_set_timer(denali_system_time() + MILLISECOND);
        denali_idle(DENALI_FOREVER);
        break;
    case 2:
        attempt("take an interrupt outside text");
        denali_registers.interrupt_handler = (uint32_t)&data;
        denali_set_timer(denali_system_time() + MILLISECOND);
        denali_idle(DENALI_FOREVER);
        break;
    case 3:
        attempt("return from an interrupt that never came");
        __asm__ volatile("movl $0xfffffff0, %%esp\n\t" DENALI_INT(INTERRUPT_RETURN) : : : "memory");
        break;
    }
    /* The stack may be gone. */
    __asm__ volatile("movl %0, %%esp" : : "r"(denali_registers.memory_size));
    escaped();
}
