/*
 * threaded: a register machine's interpreter that goes from each instruction to the next through a table of labels, as Lua's
 * does; its program counts the steps of Collatz sequences.
 */
#include "../support/bench.h"

enum { SET, MOVE, ADD, ADD_NUMBER, MULTIPLY_NUMBER, HALVE, IF_ODD, IF_LESS, JUMP, STOP };
enum { NUMBER, VALUE, STEPS, LIMIT, REGISTERS };

/* An operation in the lowest byte, a register in the next, and a number or another register above. */
#define INSTRUCTION(operation, a, b) ((uint32_t)(operation) | (uint32_t)(a) << 8 | (uint32_t)(b) << 16)
#define NUMBER_OF(instruction) ((int16_t)((instruction) >> 16))

/* Jumps are counted from behind the jump; a condition that does not hold skips the instruction behind it. */
static const uint32_t program[] = {
    /*  0 */ INSTRUCTION(SET, NUMBER, 1),
    /*  1 */ INSTRUCTION(SET, STEPS, 0),
    /*  2 */ INSTRUCTION(SET, LIMIT, 4000),
    /*  3 */ INSTRUCTION(MOVE, VALUE, NUMBER),
    /*  4 */ INSTRUCTION(ADD_NUMBER, STEPS, 1),
    /*  5 */ INSTRUCTION(IF_ODD, VALUE, 0),
    /*  6 */ INSTRUCTION(JUMP, 0, 2), /* to 9 */
    /*  7 */ INSTRUCTION(HALVE, VALUE, 0),
    /*  8 */ INSTRUCTION(JUMP, 0, 2), /* to 11 */
    /*  9 */ INSTRUCTION(MULTIPLY_NUMBER, VALUE, 3),
    /* 10 */ INSTRUCTION(ADD_NUMBER, VALUE, 1),
    /* 11 */ INSTRUCTION(SET, REGISTERS, 1),
    /* 12 */ INSTRUCTION(IF_LESS, REGISTERS, VALUE),
    /* 13 */ INSTRUCTION(JUMP, 0, (uint16_t)-10), /* to 4 */
    /* 14 */ INSTRUCTION(ADD_NUMBER, NUMBER, 1),
    /* 15 */ INSTRUCTION(IF_LESS, NUMBER, LIMIT),
    /* 16 */ INSTRUCTION(JUMP, 0, (uint16_t)-14), /* to 3 */
    /* 17 */ INSTRUCTION(STOP, STEPS, 0),
};

static NOINLINE uint32_t interpret(const uint32_t *next) {
    static const void *const labels[] = {
        &&set, &&move, &&add, &&add_number, &&multiply_number, &&halve, &&if_odd, &&if_less, &&jump, &&stop,
    };
    uint32_t registers[REGISTERS + 1] = {0};
    uint32_t instruction;
    uint32_t *a;
#define NEXT() \
    do { \
        instruction = *next++; \
        a = registers + (instruction >> 8 & 0xff); \
        goto *labels[instruction & 0xff]; \
    } while (0)
    NEXT();
set: *a = (uint32_t)NUMBER_OF(instruction); NEXT();
move: *a = registers[instruction >> 16]; NEXT();
add: *a += registers[instruction >> 16]; NEXT();
add_number: *a += (uint32_t)NUMBER_OF(instruction); NEXT();
multiply_number: *a *= (uint32_t)NUMBER_OF(instruction); NEXT();
halve: *a /= 2; NEXT();
if_odd: next += (*a & 1) == 0; NEXT();
if_less: next += *a >= registers[instruction >> 16]; NEXT();
jump: next += NUMBER_OF(instruction); NEXT();
stop: return *a;
}

uint32_t kernel_run(void) { return interpret(program); }
