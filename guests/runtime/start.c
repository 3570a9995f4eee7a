/* The start of every guest: gathers the argument strings, calls main, and ends the VM with what it returns. */
#include "runtime.h"

/* Arguments beyond these are left out. */
#define MAXIMUM_ARGUMENTS 128

static char *arguments[MAXIMUM_ARGUMENTS + 2];

/* The program's; with or without parameters, which is why it has no prototype here. */
int main();

/* The kernel enters here with ESP at the top of memory, 16-byte aligned; a call is what C expects to see there. */
__asm__(".section .text.start, \"ax\", @progbits\n"
        ".globl _start\n"
        ".type _start, @function\n"
        "_start:\n"
        "    xorl %ebp, %ebp\n"
        "    call start\n"
        ".size _start, . - _start\n"
        ".text\n");

__attribute__((used)) static _Noreturn void start(void) {
    int count = 0;
    arguments[count++] = (char *)denali_registers.name;
    char *next = (char *)denali_registers.arguments;
    for (uint32_t i = 0; i < denali_registers.argument_count && i < MAXIMUM_ARGUMENTS; i++) {
        arguments[count++] = next;
        next += strlen(next) + 1;
    }
    denali_terminate(main(count, arguments));
}
