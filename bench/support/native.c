/*
 * The benchmark's program natively, on Linux without a C library, for i386 and for x86-64. Each line is printed with the
 * CPU time of the thread, in nanoseconds: another program on the same core does not count.
 */
#include "bench.h"

enum { CLOCK_THREAD_CPUTIME_ID = 3 };

#ifdef __x86_64__

enum { SYSTEM_WRITE = 1, SYSTEM_EXIT = 60, SYSTEM_CLOCK_GETTIME = 228 };

static long system_call(long number, long first, long second, long third) {
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
}

#else

enum { SYSTEM_EXIT = 1, SYSTEM_WRITE = 4, SYSTEM_CLOCK_GETTIME = 265 };

static long system_call(long number, long first, long second, long third) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory");
    return result;
}

#endif

static uint64_t thread_time(void) {
    struct {
        unsigned long seconds;
        unsigned long nanoseconds;
    } time;
    system_call(SYSTEM_CLOCK_GETTIME, CLOCK_THREAD_CPUTIME_ID, (long)&time, 0);
    return time.seconds * 1000000000ull + time.nanoseconds;
}

void bench_mark(const char *line) {
    uint64_t time = thread_time();
    char text[64];
    size_t length = strlen(line);
    memcpy(text, line, length);
    text[length++] = ' ';
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + time % 10);
        time /= 10;
    } while (time != 0);
    while (count > 0) text[length++] = digits[--count];
    text[length++] = '\n';
    system_call(SYSTEM_WRITE, 1, (long)text, (long)length);
}

/* Linux enters with the stack pointer at the argument count, which the argument pointers follow. */
__asm__(".globl _start\n"
        "_start:\n"
#ifdef __x86_64__
        "    movq %rsp, %rdi\n"
        "    andq $-16, %rsp\n"
#else
        "    movl %esp, %eax\n"
        "    andl $-16, %esp\n"
        "    subl $12, %esp\n"
        "    pushl %eax\n"
#endif
        "    call start\n");

__attribute__((used)) static _Noreturn void start(unsigned long *stack) {
    int status = bench_main((int)stack[0], (char **)(stack + 1));
    for (;;) system_call(SYSTEM_EXIT, status, 0, 0);
}
