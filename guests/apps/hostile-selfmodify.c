/*
 * hostile-selfmodify: rewrites an instruction of its own; status 0 when that changed memory but no instruction.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

uint32_t answer(void);
/* mov eax, imm32; ret: the constant starts at the second byte. */
__asm__(".text\n"
        ".globl answer\n"
        ".type answer, @function\n"
        "answer:\n"
        "    movl $1, %eax\n"
        "    ret\n"
        ".size answer, . - answer\n");

int main(void) {
    volatile uint32_t *constant = (volatile uint32_t *)((uint32_t)answer + 1);
    attempt("rewrite an instruction");
    uint32_t before = answer();
    *constant = 2;
    uint32_t after = answer();
    printf("the instruction answered %u, then %u; memory reads %u\n", before, after, *constant);
    bool unchanged = before == 1 && after == 1 && *constant == 2;
    print(unchanged ? "the store changed memory and no instruction\n" : "NOT as the architecture says\n");
    return unchanged ? 0 : 1;
}
