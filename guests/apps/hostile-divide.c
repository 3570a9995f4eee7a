/*
 * hostile-divide: divides by zero.
 *
 * hostile-divide [zero|overflow]: or divides the smallest number by -1, which has no answer either.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

static void divide(int32_t dividend, int32_t divisor) {
    int32_t quotient = dividend, remainder = dividend >> 31;
    __asm__ volatile("idivl %2" : "+a"(quotient), "+d"(remainder) : "r"(divisor) : "cc");
    printf("the quotient is %d\n", quotient);
}

int main(int argc, char **argv) {
    static const char *const attempts[] = {"zero", "overflow"};
    switch (CHOOSE(attempts)) {
    case 0:
        attempt("divide 1 by 0");
        divide(1, 0);
        break;
    case 1:
        attempt("divide -2147483648 by -1");
        divide(INT32_MIN, -1);
        break;
    }
    escaped();
}
