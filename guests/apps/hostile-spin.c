/*
 * hostile-spin: disables interrupts and never gives up the CPU.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(void) {
    attempt("keep the CPU for ever");
    denali_interrupts_disable();
    for (;;) __asm__ volatile("");
}
