/* Threads: creation, the ready queue, waiting and waking, and the end of a thread. */
#include "heap.h"
#include "idle.h"
#include "memory.h"
#include "signals.h"
#include "thread.h"
#include <errno.h>
#include <sys/syscall.h>

#define CLONE_THREAD 0x00010000
#define CLONE_PARENT_SETTID 0x00100000
#define CLONE_CHILD_CLEARTID 0x00200000

uintptr_t ilwaco_thread_pointer;
struct thread *current_thread;
const char poll_channel;

static struct thread first_thread = {.id = 1};
static struct thread *ready_first, *blocked_first, *ended_first;
static int last_id = 1, threads = 1;

/* Saves the callee's registers on the stack, keeps its pointer, and goes on where the other stack was left. */
void switch_stacks(uint32_t **from, uint32_t *to);
__asm__(".text\n"
        ".globl switch_stacks\n"
        ".type switch_stacks, @function\n"
        "switch_stacks:\n"
        "    movl 4(%esp), %eax\n"
        "    movl 8(%esp), %edx\n"
        "    pushl %ebp\n"
        "    pushl %ebx\n"
        "    pushl %esi\n"
        "    pushl %edi\n"
        "    movl %esp, (%eax)\n"
        "    movl %edx, %esp\n"
        "    popl %edi\n"
        "    popl %esi\n"
        "    popl %ebx\n"
        "    popl %ebp\n"
        "    ret\n"
        ".size switch_stacks, . - switch_stacks\n");

static void append(struct thread **list, struct thread *thread) {
    while (*list) list = &(*list)->next;
    thread->next = NULL;
    *list = thread;
}

static void take_out(struct thread **list, struct thread *thread) {
    while (*list != thread) list = &(*list)->next;
    *list = thread->next;
}

void threads_start(void) { current_thread = &first_thread; }

int thread_count(void) { return threads; }

struct thread *thread_where(bool (*is)(struct thread *, uint64_t), uint64_t value) {
    if (is(current_thread, value)) return current_thread;
    for (struct thread *thread = ready_first; thread; thread = thread->next)
        if (is(thread, value)) return thread;
    for (struct thread *thread = blocked_first; thread; thread = thread->next)
        if (is(thread, value)) return thread;
    return NULL;
}

static bool has_id(struct thread *thread, uint64_t id) { return thread->id == (int)id; }

struct thread *thread_find(int id) { return thread_where(has_id, (uint64_t)id); }

static void make_ready(struct thread *thread, long outcome) {
    thread->channel = NULL;
    thread->outcome = outcome;
    take_out(&blocked_first, thread);
    append(&ready_first, thread);
}

void thread_interrupt(struct thread *thread) {
    if (thread->channel && !thread->for_device) make_ready(thread, -EINTR);
}

void thread_interrupt_one(uint64_t signals) {
    struct thread *thread = thread_where(thread_takes, signals);
    if (thread) thread_interrupt(thread);
}

int thread_wake(const void *channel, int count) {
    int woken = 0;
    for (struct thread *thread = blocked_first, *next; thread && woken < count; thread = next) {
        next = thread->next;
        if (thread->channel != channel) continue;
        make_ready(thread, 0);
        woken++;
    }
    return woken;
}

bool threads_ready(void) { return ready_first != NULL; }

uint64_t threads_deadline(void) {
    uint64_t earliest = NEVER;
    for (struct thread *thread = blocked_first; thread; thread = thread->next)
        if (thread->deadline < earliest) earliest = thread->deadline;
    return earliest;
}

void threads_expire(uint64_t now) {
    for (struct thread *thread = blocked_first, *next; thread; thread = next) {
        next = thread->next;
        if (thread->deadline <= now) make_ready(thread, -ETIMEDOUT);
    }
}

/* The memory of threads that have ended: not before another runs, since they ended on their own stacks. */
static void free_ended(void) {
    while (ended_first) {
        struct thread *thread = ended_first;
        ended_first = thread->next;
        if (thread->stack_memory) memory_unmap(thread->stack_memory, thread->stack_size);
        if (thread != &first_thread) heap_free(thread);
    }
}

/* Runs the next ready thread, idling until there is one. The caller has put the current one into a list. */
static void run_next(void) {
    idle_until_ready();
    struct thread *before = current_thread, *next = ready_first;
    ready_first = next->next;
    slice_begins();
    if (next == before) return;
    before->thread_pointer = ilwaco_thread_pointer;
    ilwaco_thread_pointer = next->thread_pointer;
    current_thread = next;
    switch_stacks(&before->stack, next->stack);
    free_ended();
}

static void block(const void *channel, uint64_t deadline, bool for_device) {
    current_thread->channel = channel;
    current_thread->deadline = deadline;
    current_thread->for_device = for_device;
    append(&blocked_first, current_thread);
    run_next();
}

long thread_wait(const void *channel, uint64_t deadline) {
    if (signal_is_due(current_thread)) return -EINTR;
    block(channel, deadline, false);
    return current_thread->outcome;
}

void thread_wait_for_device(const void *channel) { block(channel, NEVER, true); }

void thread_yield(void) {
    if (!ready_first) return;
    append(&ready_first, current_thread);
    run_next();
}

_Noreturn void thread_end(void) {
    struct thread *thread = current_thread;
    if (thread->clear_at_end) {
        *thread->clear_at_end = 0;
        thread_wake(thread->clear_at_end, 1);
    }
    threads--;
    append(&ended_first, thread);
    run_next();
    __builtin_unreachable();
}

/* Where a new thread begins: on its own stack, in the system. */
static void begin(void) {
    free_ended();
    system_leave();
    current_thread->function(current_thread->argument);
    system_enter();
    thread_end();
}

/* musl's clone() for threads; there are no other processes, as posix_spawn() wants one. `stack` is the new thread's, growing down; the thread runs function(argument). */
int __clone(int (*function)(void *), void *stack, int flags, void *argument, int *parent_id, uintptr_t thread_pointer,
            int *clear_at_end) {
    if (!(flags & CLONE_THREAD)) return (int)ilwaco_system_call(SYS_fork, 0, 0, 0, 0, 0, 0);
    system_enter();
    struct thread *thread = heap_allocate(sizeof *thread);
    int result = -ENOMEM;
    if (thread) {
        uint32_t *top = (uint32_t *)((uintptr_t)stack & ~15u);
        *--top = 0; /* begin() returns to nowhere, and finds its stack aligned as after a call. */
        *--top = (uint32_t)begin;
        for (int i = 0; i < 4; i++) *--top = 0;
        *thread = (struct thread){.stack = top,
                                  .thread_pointer = thread_pointer,
                                  .id = ++last_id,
                                  .function = function,
                                  .argument = argument,
                                  .clear_at_end = flags & CLONE_CHILD_CLEARTID ? clear_at_end : NULL,
                                  .signals_blocked = current_thread->signals_blocked};
        threads++;
        append(&ready_first, thread);
        if (flags & CLONE_PARENT_SETTID) *parent_id = thread->id;
        result = thread->id;
    }
    system_leave();
    return result;
}

/* musl's way out of a detached thread: unmap its stack, from which it is called, and end. */
_Noreturn void __unmapself(void *stack, size_t size) {
    system_enter();
    current_thread->stack_memory = stack;
    current_thread->stack_size = size;
    thread_end();
}
