/*
 * hostile-memory: reads or writes outside its memory.
 *
 * hostile-memory [write|read|edge|top]: just behind memory; half inside, half outside; or at the top of the addresses.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    static const char *const attempts[] = {"write", "read", "edge", "top"};
    uint32_t end = denali_registers.memory_size;
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("write just behind memory");
        *(volatile uint32_t *)end = 0x21212121;
        break;
    case 1:
        attempt("read just behind memory");
        (void)*(volatile uint32_t *)end;
        break;
    case 2:
        /* The last word is ours. */
        *(volatile uint32_t *)(end - 4) = 0;
        attempt("write half inside memory, half outside");
        *(volatile uint32_t *)(end - 2) = 0x21212121;
        break;
    case 3:
        attempt("write to the top of the address space");
        *(volatile uint32_t *)0xfffffffc = 0x21212121;
        break;
    }
    escaped();
}
