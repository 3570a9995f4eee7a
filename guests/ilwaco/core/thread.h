/*
 * Threads: records, switching, waiting, and entering and leaving the system. A thread runs on its own stack in its
 * program and in system calls alike; one that is in a system call is never preempted.
 */
#ifndef ILWACO_THREAD_H
#define ILWACO_THREAD_H

#include "denali.h"
#include "params.h"
#include <stdbool.h>

#define NEVER UINT64_MAX

/* As an error: a signal came, and the system call may be done again after handlers with SA_RESTART. No program sees it. */
#define RESTART 512

struct thread {
    struct thread *next; /* In the list it is in: ready, blocked or ended. */
    uint32_t *stack;     /* Where its registers are while it does not run. */
    uintptr_t thread_pointer;
    int id;
    const void *channel; /* What it waits for, null unless blocked. */
    uint64_t deadline;   /* System time at which it stops waiting. */
    long outcome;        /* How its last wait ended: what thread_wait() answers. */
    bool for_device;     /* Whether it waits for what comes in any case: signals do not end that. */
    int (*function)(void *);
    void *argument;
    int *clear_at_end; /* Cleared, with a futex wake, when it ends; null for none. */
    void *stack_memory; /* Unmapped when it has ended; null when somebody else does it. */
    size_t stack_size;
    uint64_t signals_blocked;
    uint64_t signals_pending; /* Sent to this thread; those to the process are with signals.c. */
    uint64_t signals_awaited; /* By sigwait() and its like. */
};

extern struct thread *current_thread;

void threads_start(void);
struct thread *thread_find(int id);
/* The first thread of which this is true, null when it is of none: the current one, those that are ready, those that wait. */
struct thread *thread_where(bool (*is)(struct thread *, uint64_t), uint64_t value);
/* How many threads there are; one that has ended does not count. */
int thread_count(void);

/*
 * Waits for a wake on the channel. Answers 0, -ETIMEDOUT after the deadline, or -EINTR for a signal that has a handler. A
 * caller looks again at what it waits for: wakes may be for another reason.
 */
long thread_wait(const void *channel, uint64_t deadline);
/* Waits for a wake on the channel, whatever signals come. */
void thread_wait_for_device(const void *channel);
/* Makes at most `count` threads that wait on a channel ready, those that waited longest first. Answers how many. */
int thread_wake(const void *channel, int count);
void thread_interrupt(struct thread *thread); /* Ends its wait, if signals can, with -EINTR. */
/* The same for one thread that takes one of these signals, unless somebody who is ready does. */
void thread_interrupt_one(uint64_t signals);
/* Whether it does not block, or waits for, one of these signals. */
static inline bool thread_takes(struct thread *thread, uint64_t signals) {
    return signals & (~thread->signals_blocked | thread->signals_awaited);
}
/* Lets the other ready threads run first. */
void thread_yield(void);
_Noreturn void thread_end(void);

/* What every system call of musl is: its number, as on Linux, and its arguments. */
long ilwaco_system_call(long number, long a, long b, long c, long d, long e, long f);

/* Between these two the calling thread is in the system. leave() runs signal handlers and may switch threads. */
void system_enter(void);
void system_leave(void);

/* Nanoseconds since boot, as of now and not as of the last virtual instruction. */
uint64_t time_now(void);

/* Everybody who polls several files waits on this, and each file that becomes readable or writable wakes it. */
extern const char poll_channel;

#endif
