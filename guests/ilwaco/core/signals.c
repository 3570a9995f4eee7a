/* Signals, delivered when a thread leaves the system: the handler is called there, on the thread's own stack. */
#define _GNU_SOURCE
#include "deadlines.h"
#include "process.h"
#include "signals.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

#define SIGNAL_COUNT 64
/* Exit status of a VM that a signal ended, as a shell reports it: this plus the signal's number. */
#define STATUS_OF_SIGNAL 128

/* As musl hands it to the system call. */
struct action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint32_t mask[2];
};

static struct action actions[SIGNAL_COUNT + 1];

/* Sent to the process and not yet taken by a thread. */
static uint64_t process_pending;

static uint64_t mask_of(int number) { return 1ull << (number - 1); }
static uint64_t read_mask(const uint32_t words[2]) { return (uint64_t)words[1] << 32 | words[0]; }

static bool is_ignored(int number) {
    if (actions[number].handler == SIG_IGN) return true;
    bool by_default = number == SIGCHLD || number == SIGURG || number == SIGWINCH || number == SIGCONT;
    return actions[number].handler == SIG_DFL && by_default;
}

static uint64_t pending_of(const struct thread *thread) { return thread->signals_pending | process_pending; }

/* Takes one of these signals away, the lowest first; answers its number. */
static int take(struct thread *thread, uint64_t signals) {
    int number = __builtin_ctzll(signals) + 1;
    uint64_t *from = thread->signals_pending & mask_of(number) ? &thread->signals_pending : &process_pending;
    *from &= ~mask_of(number);
    return number;
}

/* Those that it does not block. One that is ignored, and was kept while it was blocked, is dropped here. */
static uint64_t due_of(struct thread *thread) {
    uint64_t due = pending_of(thread) & ~thread->signals_blocked;
    for (uint64_t left = due; left; left &= left - 1) {
        int number = __builtin_ctzll(left) + 1;
        if (!is_ignored(number)) continue;
        due &= ~mask_of(number);
        take(thread, mask_of(number));
    }
    return due;
}

bool signal_is_due(struct thread *thread) { return due_of(thread) != 0; }

static bool lets_through(struct thread *thread, uint64_t mask) { return !(thread->signals_blocked & mask); }

void signal_send(struct thread *thread, int number) {
    uint64_t mask = mask_of(number);
    /* What everybody blocks is kept: somebody may wait for it, or handle it when it is unblocked. */
    if (is_ignored(number) && (thread ? lets_through(thread, mask) : thread_where(lets_through, mask) != NULL)) return;
    *(thread ? &thread->signals_pending : &process_pending) |= mask;
    if (!thread) thread_interrupt_one(mask);
    else if (thread_takes(thread, mask)) thread_interrupt(thread);
}

/* musl's to cancel a thread: SA_RESTART or not, it wants to see the call that the thread waits in interrupted. */
#define SIGNAL_OF_CANCELLATION 33

/* Calls the handler out of the system, with the mask that it asked for. Answers whether it lets calls be repeated. */
static bool run_handler(struct thread *thread, int number) {
    struct action action = actions[number];
    uint64_t blocked = thread->signals_blocked;
    if (action.handler == SIG_DFL) process_end(STATUS_OF_SIGNAL + number);
    if (action.flags & SA_RESETHAND) actions[number].handler = SIG_DFL;
    thread->signals_blocked |= read_mask(action.mask);
    if (!(action.flags & SA_NODEFER)) thread->signals_blocked |= mask_of(number);
    siginfo_t information = {.si_signo = number};
    ucontext_t context;
    memset(&context, 0, sizeof context);
    memcpy(&context.uc_sigmask, &blocked, sizeof blocked);
    system_leave();
    if (action.flags & SA_SIGINFO)
        ((void (*)(int, siginfo_t *, void *))(void *)action.handler)(number, &information, &context);
    else
        action.handler(number);
    system_enter();
    memcpy(&thread->signals_blocked, &context.uc_sigmask, sizeof thread->signals_blocked);
    return action.flags & SA_RESTART && number != SIGNAL_OF_CANCELLATION;
}

static bool run_handlers(void) {
    struct thread *thread = current_thread;
    bool all_restart = true;
    for (uint64_t due; (due = due_of(thread));) all_restart &= run_handler(thread, take(thread, due));
    return all_restart;
}

bool signals_let_restart(void) { return run_handlers(); }

void signal_run_handlers(void) {
    run_handlers();
    system_leave();
}

static bool forget_one(struct thread *thread, uint64_t mask) {
    thread->signals_pending &= ~mask;
    return false; /* And the next. */
}

/* What is pending and ignored from now on is gone, blocked or not. */
static void forget(uint64_t mask) {
    process_pending &= ~mask;
    thread_where(forget_one, mask);
}

/* As a program that does not care about signals has it. */
void signals_only_to_end(void) {
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    uint64_t ending = 0;
    forget(~0ull);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        ending |= mask_of(numbers[i]);
        actions[numbers[i]].handler = SIG_DFL;
    }
    current_thread->signals_blocked = ~ending;
}

long system_rt_sigaction(int number, const struct action *new, struct action *old) {
    if (number < 1 || number > SIGNAL_COUNT || number == SIGKILL || number == SIGSTOP) return -EINVAL;
    if (old) *old = actions[number];
    if (!new) return 0;
    actions[number] = *new;
    if (is_ignored(number)) forget(mask_of(number));
    return 0;
}

long system_rt_sigprocmask(int how, const uint32_t *set, uint32_t *old) {
    uint64_t before = current_thread->signals_blocked;
    if (old) memcpy(old, &before, sizeof before);
    if (!set) return 0;
    uint64_t mask = read_mask(set);
    if (how == SIG_BLOCK) mask |= before;
    else if (how == SIG_UNBLOCK) mask = before & ~mask;
    else if (how != SIG_SETMASK) return -EINVAL;
    current_thread->signals_blocked = mask & ~(mask_of(SIGKILL) | mask_of(SIGSTOP));
    return 0;
}

long system_rt_sigpending(uint32_t *set) {
    uint64_t pending = pending_of(current_thread);
    memcpy(set, &pending, sizeof pending);
    return 0;
}

uint64_t signals_mask_for_wait(const uint32_t *set) {
    uint64_t before = current_thread->signals_blocked;
    if (set) current_thread->signals_blocked = read_mask(set);
    return before;
}

long signals_end_wait(uint64_t before, long outcome) {
    if (outcome == -EINTR) run_handlers();
    current_thread->signals_blocked = before;
    return outcome;
}

/* Waits for a signal with another mask, null for the same one. */
long system_rt_sigsuspend(const uint32_t *set) {
    uint64_t before = signals_mask_for_wait(set);
    while (!signal_is_due(current_thread)) thread_wait(&actions, NEVER);
    return signals_end_wait(before, -EINTR);
}

long system_pause(void) { return system_rt_sigsuspend(NULL); }

/* Takes one of the signals in a set without running a handler. The program blocks them, as POSIX says. */
long system_rt_sigtimedwait_time64(const uint32_t *set, siginfo_t *information, const struct time64 *timeout) {
    struct thread *thread = current_thread;
    if (timeout && !time_is_valid(timeout)) return -EINVAL;
    uint64_t wanted = read_mask(set), deadline = timeout ? deadline_after(time_of(timeout)) : NEVER;
    long outcome = 0;
    thread->signals_awaited = wanted;
    while (!(pending_of(thread) & wanted) && outcome == 0) outcome = thread_wait(&actions, deadline);
    thread->signals_awaited = 0;
    if (!(pending_of(thread) & wanted)) return outcome == -ETIMEDOUT ? -EAGAIN : outcome;
    int number = take(thread, pending_of(thread) & wanted);
    if (information) *information = (siginfo_t){.si_signo = number};
    return number;
}

long system_rt_sigtimedwait(const uint32_t *set, siginfo_t *information, const int32_t *timeout) {
    struct time64 time;
    if (timeout) time = time64_of(timeout);
    return system_rt_sigtimedwait_time64(set, information, timeout ? &time : NULL);
}

long system_kill(int process, int number) {
    if (process != PROCESS_ID && process != 0 && process != -1 && process != -PROCESS_ID) return -ESRCH;
    if (number < 0 || number > SIGNAL_COUNT) return -EINVAL;
    if (number == SIGKILL) process_end(STATUS_OF_SIGNAL + SIGKILL);
    if (number) signal_send(NULL, number);
    return 0;
}

long system_tkill(int id, int number) {
    struct thread *thread = thread_find(id);
    if (!thread) return -ESRCH;
    if (number < 0 || number > SIGNAL_COUNT) return -EINVAL;
    if (number) signal_send(thread, number);
    return 0;
}

long system_tgkill(int process, int id, int number) { return process == PROCESS_ID ? system_tkill(id, number) : -ESRCH; }

long system_sigaltstack(void) { return 0; }
