/* brainfuck: an interpreter of bytes with jumps found beforehand. */
#include "../../support/bench.h"
static uint8_t tape[4096];
static uint16_t jumps[512];

static NOINLINE uint32_t run(const char *p) {
    int stack[32], depth = 0;
    uint32_t out = 0, at = 0;
    memset(tape, 0, sizeof tape);
    for (int i = 0; p[i]; i++)
        if (p[i] == '[') stack[depth++] = i;
        else if (p[i] == ']') {
            int j = stack[--depth];
            jumps[i] = (uint16_t)j;
            jumps[j] = (uint16_t)i;
        }
    for (int i = 0; p[i]; i++) switch (p[i]) {
        case '>': at = (at + 1) & 4095; break;
        case '<': at = (at - 1) & 4095; break;
        case '+': tape[at]++; break;
        case '-': tape[at]--; break;
        case '.': out = mix(out, tape[at]); break;
        case '[':
            if (!tape[at]) i = jumps[i];
            break;
        case ']':
            if (tape[at]) i = jumps[i];
            break;
        }
    return out;
}

uint32_t kernel_run(void) {
    uint32_t sum = 0;
    for (int i = 0; i < 20; i++)
        sum = mix(sum,
                  run("++++[>+++++<-]>[<+++++>-]+<+[>[>+>+<<-]++>>[<<+>>-]>>>[-]++>[-]+>>>+[[-]++++++>>>]<<<[[<++++++++"
                      "<++>>-]+<.<[>----<-]<]<<[>>>>>[>>>[-]+++++++++<[>-<-]+++++++++>[-[<->-]+[<<<]]<+>]<-]<<-]"));
    return sum;
}
