/*
 * The start of a program: the parts of the system one after the other, then musl's start with the arguments as Linux would
 * lay them out on the stack: argc, argv, null, environment, null, auxiliary vector.
 */
#include "archive.h"
#include "arguments.h"
#include "console.h"
#include "denali.h"
#include "device.h"
#include "memory.h"
#include "params.h"
#include "thread.h"
#include "volume.h"
#include <elf.h>

int main();
int __libc_start_main(int (*main)(), int argc, char **argv, void (*)(void), void (*)(void), void (*)(void));

/* The network's, where the program has one. */
void network_start(void) __attribute__((weak));

__asm__(".section .text.start, \"ax\", @progbits\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        "    xorl %ebp, %ebp\n"
        "    call ilwaco_start\n"
        ".size _start, . - _start\n"
        ".text\n");

static char *environment[] = {"HOME=/", "PATH=/bin", "TERM=xterm-256color", "USER=root"};
#define VARIABLES (sizeof environment / sizeof environment[0])

static uint8_t seed[16];

/* What musl looks at; the rest counts as zero. */
static const uint32_t auxiliary[] = {AT_PAGESZ, PAGE_SIZE, AT_SECURE, 0, AT_RANDOM, (uint32_t)seed, AT_NULL, 0};

static uint32_t vector[MAXIMUM_ARGUMENTS + 2 + VARIABLES + 1 + sizeof auxiliary / sizeof auxiliary[0]];

long system_getrandom(void *bytes, size_t size);

/* Fills the vector; answers how many arguments there are. */
static int lay_out(void) {
    uint32_t *next = vector;
    *next++ = (uint32_t)denali_registers.name;
    int count = 1 + arguments_take((char **)next, MAXIMUM_ARGUMENTS);
    next += count - 1;
    *next++ = 0;
    for (unsigned i = 0; i < VARIABLES; i++) *next++ = (uint32_t)environment[i];
    *next++ = 0;
    for (unsigned i = 0; i < sizeof auxiliary / sizeof auxiliary[0]; i++) *next++ = auxiliary[i];
    return count;
}

__attribute__((used)) static _Noreturn void ilwaco_start(void) {
    memory_start();
    threads_start();
    console_start();
    archive_start();
    devices_start();
    int count = lay_out();
    /* Before anything waits, as disks do: whoever waits looks after the network, and frames may have come already. */
    if (network_start) network_start();
    volumes_start();
    system_getrandom(seed, sizeof seed);
    system_leave();
    __libc_start_main(main, count, (char **)vector, NULL, NULL, NULL);
    __builtin_unreachable();
}
