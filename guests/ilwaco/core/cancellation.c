/* Cancelling threads, and looking up symbols at run time: what musl has in assembly that we leave out. */
#include <stddef.h>

long ilwaco_system_call(long number, long a, long b, long c, long d, long e, long f);
long __cancel(void);
void *__dlsym(void *library, const char *name, void *caller);

/* musl compares an interrupted thread's address with these. Ours are never interrupted inside a call, but woken from it. */
const char __cp_begin[1], __cp_end[1], __cp_cancel[1];

/* A system call that is a cancellation point. */
long __syscall_cp_asm(volatile int *cancelled, long number, long a, long b, long c, long d, long e, long f) {
    return *cancelled ? __cancel() : ilwaco_system_call(number, a, b, c, d, e, f);
}

void *__dlsym_time64(void *library, const char *name) { return __dlsym(library, name, NULL); }
