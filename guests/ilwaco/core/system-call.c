/*
 * The one function that every system call of musl is, and the table of those that exist. Others fail with ENOSYS, and say
 * so once on the console. Numbers are Linux's for i386; each area's functions are in the file that the heading names.
 */
#define _GNU_SOURCE
#include "console.h"
#include "signals.h"
#include "thread.h"
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

typedef long (*handler)(long, long, long, long, long, long);

extern const char *const system_call_names[];
extern const unsigned system_call_name_count;

long system_zero(void);
#define CALL(name) long system_##name();
#define OPTIONAL(name) long system_##name() __attribute__((weak));
#define ALIAS(name, function)
#include "system-calls.h"
#undef CALL
#undef OPTIONAL
#undef ALIAS

static const handler handlers[] = {
#define CALL(name) [SYS_##name] = (handler)(void *)system_##name,
#define OPTIONAL(name) CALL(name)
#define ALIAS(name, function) [SYS_##name] = (handler)(void *)system_##function,
#include "system-calls.h"
};
#define HANDLER_COUNT (sizeof handlers / sizeof handlers[0])

static long lacking(unsigned long number) {
    static uint32_t said[16];
    bool named = number < system_call_name_count && system_call_names[number];
    if (number < sizeof said * 8 && !(said[number / 32] >> (number % 32) & 1)) {
        said[number / 32] |= 1u << (number % 32);
        console_note("no such system call here: ", named ? system_call_names[number] : "one without a name");
    }
    return -ENOSYS;
}

/* A connect() that was interrupted goes on by itself: done again, it would be answered that it is under way. */
static bool is_repeated(long number) { return number != SYS_connect; }

long ilwaco_system_call(long number, long a, long b, long c, long d, long e, long f) {
    system_enter();
    handler handler = (unsigned long)number < HANDLER_COUNT ? handlers[number] : NULL;
    long result = handler ? handler(a, b, c, d, e, f) : lacking((unsigned long)number);
    while (result == -RESTART) result = is_repeated(number) && signals_let_restart() ? handler(a, b, c, d, e, f) : -EINTR;
    system_leave();
    return result;
}
