/*
 * yield: gives the CPU up again and again, each time it has it: between two of its kind there is nothing but the switch.
 */
#include "runtime.h"

/* A size that nothing else in the host's process has, so that the measurement finds these memories in the process's map. */
DENALI_MEMORY(3 * 64 * 1024);

int main(void) {
    for (;;) denali_idle(0);
}
