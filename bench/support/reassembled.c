/*
 * Calls a kernel whose i386 code was reassembled for 64-bit mode (bench/speed/reassemble.mjs), as `reassembled_run`: with a
 * stack of its own in R15, aligned as i386 wants it where a function begins, and keeping what x86-64 says is the caller's.
 */
#include "bench.h"

__attribute__((used, aligned(16))) static uint8_t stack[1 << 20];

__asm__(".text\n"
        ".globl kernel_run\n"
        "kernel_run:\n"
        "    pushq %rbx\n"
        "    pushq %rbp\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movl $stack + (1 << 20) - 4, %r15d\n"
        "    call reassembled_run\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %rbp\n"
        "    popq %rbx\n"
        "    ret\n");
