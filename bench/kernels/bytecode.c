/* bytecode: a stack machine's interpreter, a switch in a loop; its program counts the steps of Collatz sequences. */
#include "../support/bench.h"

enum { PUSH, LOAD, STORE, ADD, SUBTRACT, MULTIPLY, HALVE, IS_ODD, LESS, JUMP, JUMP_IF, DUPLICATE, STOP };
enum { NUMBER, VALUE, STEPS, VARIABLES };

/* Distances of jumps are counted from behind the jump. */
static const int8_t program[] = {
    /*  0 */ PUSH, 1, STORE, NUMBER,
    /*  4 */ LOAD, NUMBER, STORE, VALUE,
    /*  8 */ LOAD, VALUE, PUSH, 2, LESS, JUMP_IF, 30, /* to 45 */
    /* 15 */ LOAD, STEPS, PUSH, 1, ADD, STORE, STEPS,
    /* 22 */ LOAD, VALUE, DUPLICATE, IS_ODD, JUMP_IF, 5, /* to 33 */
    /* 28 */ HALVE, STORE, VALUE, JUMP, -25, /* to 8 */
    /* 33 */ PUSH, 3, MULTIPLY, PUSH, 1, ADD, STORE, VALUE, JUMP, -35, /* to 8 */
    /* 43 */ STOP, STOP,
    /* 45 */ LOAD, NUMBER, PUSH, 1, ADD, DUPLICATE, STORE, NUMBER,
    /* 53 */ PUSH, 100, PUSH, 40, MULTIPLY, LESS, JUMP_IF, -57, /* to 4 */
    /* 61 */ STOP,
};

static NOINLINE uint32_t interpret(const int8_t *next) {
    uint32_t stack[16] = {0};
    uint32_t variables[VARIABLES] = {0};
    uint32_t *top = stack;
    for (;;) {
        switch (*next++) {
        case PUSH: *++top = (uint32_t)*next++; break;
        case LOAD: *++top = variables[*next++]; break;
        case STORE: variables[*next++] = *top--; break;
        case ADD: top--, *top += top[1]; break;
        case SUBTRACT: top--, *top -= top[1]; break;
        case MULTIPLY: top--, *top *= top[1]; break;
        case HALVE: *top /= 2; break;
        case IS_ODD: *top &= 1; break;
        case LESS: top--, *top = *top < top[1]; break;
        case JUMP: next += *next + 1; break;
        case JUMP_IF: next += *top-- != 0 ? *next + 1 : 1; break;
        case DUPLICATE: top++, *top = top[-1]; break;
        case STOP: return variables[STEPS];
        }
    }
}

uint32_t kernel_run(void) { return interpret(program); }
