/* Memory and strings as in C. gcc itself emits calls of the first four, also where the source has none. */
#include "runtime.h"

void *memcpy(void *to, const void *from, size_t length) {
    void *start = to;
    size_t words = length / 4;
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    size_t rest = length % 4;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) : : "memory");
    return start;
}

void *memmove(void *to, const void *from, size_t length) {
    if ((uintptr_t)to - (uintptr_t)from >= length) return memcpy(to, from, length);
    /* The destination starts inside the source: copy from the end. */
    void *last = (uint8_t *)to + length - 1;
    const void *last_from = (const uint8_t *)from + length - 1;
    __asm__ volatile("std\n\trep movsb\n\tcld" : "+D"(last), "+S"(last_from), "+c"(length) : : "memory", "cc");
    return to;
}

void *memset(void *to, int byte, size_t length) {
    void *start = to;
    uint32_t word = (uint8_t)byte * 0x01010101u;
    size_t words = length / 4;
    __asm__ volatile("rep stosl" : "+D"(to), "+c"(words) : "a"(word) : "memory");
    size_t rest = length % 4;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(word) : "memory");
    return start;
}

int memcmp(const void *left, const void *right, size_t length) {
    const uint8_t *a = left;
    const uint8_t *b = right;
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i]) return a[i] - b[i];
    return 0;
}

size_t strlen(const char *text) {
    const char *end = text;
    while (*end != '\0') end++;
    return (size_t)(end - text);
}

int strcmp(const char *left, const char *right) {
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return (uint8_t)*left - (uint8_t)*right;
}
