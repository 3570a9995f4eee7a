/*
 * Entering and leaving the system, preemption, and idling.
 *
 * In the system the register INTERRUPT_HANDLER is 0: interrupts stay pending, and only idling takes them, so none can come
 * between looking for work and idling. In the program it is our entry: at the beginning of a quantum the kernel delivers
 * what is pending, devices are served, and another thread gets its turn if the slice is over.
 */
#include "console.h"
#include "deadlines.h"
#include "disk.h"
#include "idle.h"
#include "signals.h"
#include "thread.h"

/* When the running thread's turn is over, and for when the timer is set. */
static uint64_t slice_end, timer_set = NEVER;

uint64_t time_now(void) { return denali_current_time(); }

void slice_begins(void) { slice_end = denali_system_time() + THREAD_SLICE; }

static uint64_t nearest_deadline(void) {
    uint64_t deadline = earlier(threads_deadline(), alarm_deadline());
    return network_deadline ? earlier(deadline, network_deadline()) : deadline;
}

/* Pending is fresh as of the last virtual instruction. What is served stays pending until the next delivery. */
static void poll_pending(uint32_t pending, uint64_t now) {
    if (pending & DENALI_BIT(KEYBOARD)) console_poll();
    if (pending & DENALI_BIT(DISK)) disk_poll();
    if (network_poll && (pending & (DENALI_BIT(NIC_RECEIVE) | DENALI_BIT(NIC_TRANSMIT)) || network_deadline() <= now))
        network_poll();
    if (threads_deadline() <= now) threads_expire(now);
    alarm_poll(now);
}

void devices_poll(void) { poll_pending(denali_registers.interrupts_pending, denali_system_time()); }

void idle_once(uint64_t latest) {
    uint64_t deadline = earlier(nearest_deadline(), latest), now = denali_system_time();
    uint32_t taken = denali_registers.interrupts_pending;
    if (deadline > now) taken = denali_idle(deadline == NEVER ? DENALI_FOREVER : deadline - now);
    if (taken & DENALI_BIT(TIMER)) timer_set = NEVER;
    poll_pending(taken, denali_system_time());
}

void idle_until_ready(void) {
    devices_poll();
    while (!threads_ready()) idle_once(NEVER);
}

/* While a thread computes, the timer interrupt is what ends its slice and what keeps others' deadlines. */
static void set_timer(void) {
    uint64_t wanted = nearest_deadline();
    if (threads_ready()) wanted = earlier(wanted, slice_end);
    if (wanted >= timer_set) return;
    timer_set = wanted;
    denali_set_timer(wanted);
}

void interrupt_entry(void);

void system_enter(void) {
    denali_registers.interrupt_handler = 0;
    __asm__ volatile("" : : : "memory");
}

static bool slice_is_over(void) { return threads_ready() && denali_system_time() >= slice_end; }

static bool others_are_due(void) { return slice_is_over() || signal_is_due(current_thread); }

static void enter_program(void) {
    set_timer();
    __asm__ volatile("" : : : "memory");
    denali_registers.interrupt_handler = (uint32_t)interrupt_entry;
}

void system_leave(void) {
    if (denali_registers.interrupts_pending) devices_poll();
    if (slice_is_over()) thread_yield();
    if (signal_is_due(current_thread)) return signal_run_handlers();
    enter_program();
}

/*
 * The kernel has pushed EFLAGS and EIP and disabled interrupts. What C functions may change is kept here; the rest is kept by
 * those functions, and by switch_stacks() when another thread runs meanwhile. XMM registers are kept only where others of the
 * program may run: the system itself has none (see the Makefile), and a VM that uses none is entered and left faster.
 */
__asm__(".text\n"
        ".globl interrupt_entry\n"
        ".type interrupt_entry, @function\n"
        "interrupt_entry:\n"
        "    pushl %ebp\n"
        "    movl %esp, %ebp\n"
        "    pushl %eax\n"
        "    pushl %ecx\n"
        "    pushl %edx\n"
        "    andl $-16, %esp\n"
        "    cld\n"
        "    call take_interrupts\n"
        "    testb %al, %al\n"
        "    je 1f\n"
        "    subl $128, %esp\n"
        "    movaps %xmm0, (%esp)\n"
        "    movaps %xmm1, 16(%esp)\n"
        "    movaps %xmm2, 32(%esp)\n"
        "    movaps %xmm3, 48(%esp)\n"
        "    movaps %xmm4, 64(%esp)\n"
        "    movaps %xmm5, 80(%esp)\n"
        "    movaps %xmm6, 96(%esp)\n"
        "    movaps %xmm7, 112(%esp)\n"
        "    call system_leave\n"
        "    movaps (%esp), %xmm0\n"
        "    movaps 16(%esp), %xmm1\n"
        "    movaps 32(%esp), %xmm2\n"
        "    movaps 48(%esp), %xmm3\n"
        "    movaps 64(%esp), %xmm4\n"
        "    movaps 80(%esp), %xmm5\n"
        "    movaps 96(%esp), %xmm6\n"
        "    movaps 112(%esp), %xmm7\n"
        "1:  leal -12(%ebp), %esp\n"
        "    popl %edx\n"
        "    popl %ecx\n"
        "    popl %eax\n"
        "    popl %ebp\n"
        "    " DENALI_INT(INTERRUPT_RETURN) "\n"
        ".size interrupt_entry, . - interrupt_entry\n");

/* Serves the devices. True when the program does not just go on, and the system is yet to be left. */
__attribute__((used)) static bool take_interrupts(void) {
    uint32_t delivered = denali_registers.interrupts_delivered;
    system_enter();
    denali_interrupts_enable();
    if (delivered & DENALI_BIT(TIMER)) timer_set = NEVER;
    poll_pending(delivered, denali_system_time());
    if (denali_registers.interrupts_pending) devices_poll();
    if (others_are_due()) return true;
    enter_program();
    return false;
}
