/*
 * hostile-privileged: executes an instruction that only an operating system may, or calls one.
 *
 * hostile-privileged [hlt|cli|in|out|cr|lgdt|wrmsr|int]
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    static const char *const attempts[] = {"hlt", "cli", "in", "out", "cr", "lgdt", "wrmsr", "int"};
    static uint8_t table[6];
    uint32_t value = 0;
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("halt the CPU");
        __asm__ volatile("hlt");
        break;
    case 1:
        attempt("disable the CPU's interrupts");
        __asm__ volatile("cli");
        break;
    case 2:
        attempt("read an I/O port");
        __asm__ volatile("inb $0x64, %%al" : "+a"(value));
        break;
    case 3:
        attempt("write an I/O port");
        __asm__ volatile("outb %%al, $0x64" : : "a"(0xfe));
        break;
    case 4:
        attempt("switch paging off");
        __asm__ volatile("mov %0, %%cr0" : : "r"(value));
        break;
    case 5:
        attempt("load a descriptor table");
        __asm__ volatile("lgdt %0" : : "m"(table));
        break;
    case 6:
        attempt("write a model-specific register");
        __asm__ volatile("wrmsr" : : "a"(0), "c"(0x174), "d"(0));
        break;
    case 7:
        attempt("call the host's operating system");
        __asm__ volatile("int $0x80" : "+a"(value) : : "memory");
        break;
    }
    escaped();
}
