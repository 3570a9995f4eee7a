/* Interrupt upcalls: the entry that keeps what was interrupted intact, and waiting. */
#include "runtime.h"

static void (*volatile current_handler)(uint32_t delivered);

void interrupt_entry(void);

/*
 * The kernel has pushed EFLAGS and EIP and disabled interrupts. C functions may change EAX, ECX, EDX and the flags; the
 * flags are the kernel's to restore, the direction flag must be clear in C.
 */
__asm__(".text\n"
        ".globl interrupt_entry\n"
        ".type interrupt_entry, @function\n"
        "interrupt_entry:\n"
        "    pushl %eax\n"
        "    pushl %ecx\n"
        "    pushl %edx\n"
        "    cld\n"
        "    call dispatch_interrupts\n"
        "    popl %edx\n"
        "    popl %ecx\n"
        "    popl %eax\n"
        "    " DENALI_INT(INTERRUPT_RETURN) "\n"
        ".size interrupt_entry, . - interrupt_entry\n");

__attribute__((used)) static void dispatch_interrupts(void) {
    current_handler(denali_registers.interrupts_delivered);
}

void set_interrupt_handler(void (*handler)(uint32_t delivered)) {
    uint32_t before = denali_interrupts_disable();
    current_handler = handler;
    denali_registers.interrupt_handler = handler ? (uint32_t)interrupt_entry : 0;
    denali_interrupts_restore(before);
}

void idle_until(uint64_t time) {
    for (uint64_t now; (now = denali_current_time()) < time;) denali_idle(time - now);
}
