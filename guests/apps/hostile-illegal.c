/*
 * hostile-illegal: executes an instruction that the virtual architecture does not have.
 *
 * hostile-illegal [ud2|x87|mmx|segment|cpuid|bytes]
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    static const char *const attempts[] = {"ud2", "x87", "mmx", "segment", "cpuid", "bytes"};
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("execute ud2");
        __asm__ volatile("ud2");
        break;
    case 1:
        attempt("compute with the x87");
        __asm__ volatile("fld1");
        break;
    case 2:
        attempt("use an MMX register");
        __asm__ volatile("pxor %mm0, %mm0");
        break;
    case 3:
        attempt("load a segment register");
        __asm__ volatile("movw %w0, %%ds" : : "r"(0));
        break;
    case 4:
        attempt("ask for the CPU's identity");
        __asm__ volatile("cpuid" : : "a"(0) : "ebx", "ecx", "edx");
        break;
    case 5:
        attempt("execute bytes that are no instruction");
        __asm__ volatile(".byte 0x0f, 0x04");
        break;
    }
    escaped();
}
