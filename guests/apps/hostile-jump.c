/*
 * hostile-jump: executes what is not its text.
 *
 * hostile-jump [data|code|stack|registers|outside]: constant data, or code that it has just written, or code on the
 * stack, or the virtual registers, or addresses outside memory.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

/* mov eax, 42; ret: good code in the wrong place. */
#define CODE {0xb8, 42, 0, 0, 0, 0xc3}
static const uint8_t constant[] = CODE;
static uint8_t written[sizeof constant];

static void jump(const volatile void *target) {
    uint32_t (*function)(void) = (uint32_t (*)(void))(uint32_t)target;
    printf("it answered %u\n", function());
}

int main(int argc, char **argv) {
    static const char *const attempts[] = {"data", "code", "stack", "registers", "outside"};
    volatile uint8_t on_stack[sizeof constant] = CODE;
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("call its data");
        jump(constant);
        break;
    case 1:
        attempt("call code it has just written");
        memcpy(written, constant, sizeof constant);
        jump(written);
        break;
    case 2:
        attempt("call code on its stack");
        jump(on_stack);
        break;
    case 3:
        attempt("call the virtual registers");
        jump(&denali_registers);
        break;
    case 4:
        attempt("call an address outside memory");
        jump((const void *)denali_registers.memory_size);
        break;
    }
    escaped();
}
