/* Where print() and printf() go. */
#include "output.h"
#include "denali.h"

static void (*current)(const char *bytes, uint32_t length);

void output_to(void (*sink)(const char *bytes, uint32_t length)) { current = sink; }

int32_t output_write(const void *bytes, uint32_t length) {
    if (!current) return denali_console_put(bytes, length);
    current(bytes, length);
    return (int32_t)length;
}
