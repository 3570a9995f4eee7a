/* 64-bit division. gcc calls these for `/` and `%`; on i386 they are libgcc's, which a host without multilib lacks. */
#include "runtime.h"

/* Divides two words by one. The quotient must fit a word: `high` is less than the divisor. */
static inline uint32_t divide_step(uint32_t high, uint32_t low, uint32_t divisor, uint32_t *remainder) {
    uint32_t quotient;
    __asm__("divl %4" : "=a"(quotient), "=d"(*remainder) : "a"(low), "d"(high), "rm"(divisor) : "cc");
    return quotient;
}

uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
    uint32_t high = (uint32_t)(dividend >> 32), low = (uint32_t)dividend;
    uint32_t divisor_high = (uint32_t)(divisor >> 32), divisor_low = (uint32_t)divisor;
    if (divisor_high == 0) {
        uint32_t rest;
        uint32_t quotient_high = divide_step(0, high, divisor_low, &rest); /* Faults when the divisor is 0, as it should. */
        uint32_t quotient_low = divide_step(rest, low, divisor_low, &rest);
        if (remainder) *remainder = rest;
        return (uint64_t)quotient_high << 32 | quotient_low;
    }
    if (dividend < divisor) {
        if (remainder) *remainder = dividend;
        return 0;
    }
    /* The quotient fits a word. Divide by the divisor's leading word (Knuth, TAOCP 2, 4.3.1): at most one too many. */
    int shift = __builtin_clz(divisor_high);
    uint32_t leading = (uint32_t)(divisor << shift >> 32);
    uint64_t halved = dividend >> 1;
    uint32_t rest;
    uint32_t quotient = divide_step((uint32_t)(halved >> 32), (uint32_t)halved, leading, &rest) >> (31 - shift);
    if (quotient != 0) quotient--;
    uint64_t left = dividend - quotient * divisor;
    if (left >= divisor) {
        quotient++;
        left -= divisor;
    }
    if (remainder) *remainder = left;
    return quotient;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) { return __udivmoddi4(dividend, divisor, NULL); }

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
    uint64_t remainder;
    __udivmoddi4(dividend, divisor, &remainder);
    return remainder;
}

static inline uint64_t magnitude(int64_t number) { return number < 0 ? 0 - (uint64_t)number : (uint64_t)number; }

int64_t __divmoddi4(int64_t dividend, int64_t divisor, int64_t *remainder) {
    uint64_t rest;
    uint64_t quotient = __udivmoddi4(magnitude(dividend), magnitude(divisor), &rest);
    /* The quotient is rounded towards 0, and the remainder has the dividend's sign. */
    if (remainder) *remainder = (int64_t)(dividend < 0 ? 0 - rest : rest);
    return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int64_t __divdi3(int64_t dividend, int64_t divisor) { return __divmoddi4(dividend, divisor, NULL); }

int64_t __moddi3(int64_t dividend, int64_t divisor) {
    int64_t remainder;
    __divmoddi4(dividend, divisor, &remainder);
    return remainder;
}
