/*
 * yield: gives the CPU up again and again, each time it has it; made for measuring what a switch costs.
 *
 * yield [BYTES]: walks over so many bytes of its memory before, 65536 at most and none by default, so that what the
 * caches held of other VMs is gone.
 */
#include "runtime.h"

DENALI_MEMORY(192 * 1024);

#define LARGEST_WALK (64 * 1024)
#define CACHE_LINE 64

static volatile uint8_t walked[LARGEST_WALK];

int main(int argc, char **argv) {
    uint32_t bytes = number_argument(argc, argv, 1, 0);
    if (bytes > LARGEST_WALK) usage_error(argv, "walks over 65536 bytes at most", "");
    for (;;) {
        for (uint32_t at = 0; at < bytes; at += CACHE_LINE) walked[at]++;
        denali_idle(0);
    }
}
