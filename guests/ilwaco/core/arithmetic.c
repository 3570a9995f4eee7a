/*
 * What gcc calls for operations that the instruction set lacks: conversions between 64-bit integers and floating point,
 * and bit counts. libgcc has them elsewhere; a host without multilib lacks it for i386. Division is runtime/division.c's.
 */
#include <stdint.h>

#define TWO_TO_32 4294967296.0

double __floatundidf(uint64_t number);
double __floatdidf(int64_t number) {
    return (double)(int32_t)(number >> 32) * TWO_TO_32 + (double)(uint32_t)number;
}

double __floatundidf(uint64_t number) {
    return (double)(uint32_t)(number >> 32) * TWO_TO_32 + (double)(uint32_t)number;
}

/* To float in one rounding: bits that a double would lose are kept as one sticky bit, the last one that no double loses. */
float __floatundisf(uint64_t number) {
    if (number >> 53) number = (number & ~0x7ffull) | ((number & 0x7ff) != 0 ? 0x800 : 0);
    return (float)__floatundidf(number);
}

float __floatdisf(int64_t number) {
    float magnitude = __floatundisf(number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    return number < 0 ? -magnitude : magnitude;
}

/* Towards zero; what does not fit is undefined in C, and saturates here. */
uint64_t __fixunsdfdi(double number) {
    if (!(number > 0)) return 0;
    if (number >= TWO_TO_32 * TWO_TO_32) return UINT64_MAX;
    uint32_t high = (uint32_t)(number / TWO_TO_32);
    return (uint64_t)high << 32 | (uint32_t)(number - (double)high * TWO_TO_32);
}

int64_t __fixdfdi(double number) {
    if (number >= TWO_TO_32 * TWO_TO_32 / 2) return INT64_MAX;
    if (number <= -TWO_TO_32 * TWO_TO_32 / 2) return INT64_MIN;
    return number < 0 ? -(int64_t)__fixunsdfdi(-number) : (int64_t)__fixunsdfdi(number);
}

uint64_t __fixunssfdi(float number) { return __fixunsdfdi(number); }
int64_t __fixsfdi(float number) { return __fixdfdi(number); }

int __popcountsi2(uint32_t number) {
    number -= number >> 1 & 0x55555555;
    number = (number & 0x33333333) + (number >> 2 & 0x33333333);
    number = (number + (number >> 4)) & 0x0f0f0f0f;
    return (int)(number * 0x01010101 >> 24);
}

int __popcountdi2(uint64_t number) { return __popcountsi2((uint32_t)number) + __popcountsi2((uint32_t)(number >> 32)); }

int __ctzdi2(uint64_t number) {
    return (uint32_t)number ? __builtin_ctz((uint32_t)number) : 32 + __builtin_ctz((uint32_t)(number >> 32));
}

int __clzdi2(uint64_t number) {
    return number >> 32 ? __builtin_clz((uint32_t)(number >> 32)) : 32 + __builtin_clz((uint32_t)number);
}

int __ffsdi2(int64_t number) { return number ? __ctzdi2((uint64_t)number) + 1 : 0; }

/* number to an integer power, by squaring. */
double __powidf2(double number, int power) {
    double result = 1;
    for (uint32_t left = power < 0 ? 0u - (uint32_t)power : (uint32_t)power; left; left >>= 1, number *= number)
        if (left & 1) result *= number;
    return power < 0 ? 1 / result : result;
}
