/*
 * memory: fills memory with a pattern and verifies it for ever: a swap that loses a page shows here.
 *
 * memory [KILOBYTES [MILLISECONDS]]: how much, 256 by default, and how long it idles between rounds, 250 by default.
 * Prints `verified N` after each round and fills memory anew; ends with status 1 where a word is not as it was left.
 */
#include "runtime.h"

DENALI_MEMORY(1024 * 1024);

#define STACK_RESERVE (32 * 1024)

static uint32_t pattern(uint32_t address, uint32_t round) {
    uint32_t mixed = address * 0x9e3779b9u + round * 0x85ebca6bu + denali_registers.vm_id;
    return mixed ^ (mixed >> 13);
}

int main(int argc, char **argv) {
    uint32_t kilobytes = number_argument(argc, argv, 1, 256);
    uint64_t pause = number_argument(argc, argv, 2, 250) * MILLISECOND;
    uint32_t most = (denali_registers.memory_size - STACK_RESERVE - (uint32_t)image_end) / 1024;
    if (kilobytes == 0 || kilobytes > most) {
        printf("%s: can test 1 to %u KB of this VM's memory\n", argv[0], most);
        return 2;
    }
    uint32_t *words = (uint32_t *)image_end;
    uint32_t count = kilobytes * 256;
    for (uint32_t round = 1;; round++) {
        for (uint32_t i = 0; i < count; i++) words[i] = pattern((uint32_t)&words[i], round);
        idle_until(denali_current_time() + pause);
        for (uint32_t i = 0; i < count; i++)
            if (words[i] != pattern((uint32_t)&words[i], round)) {
                printf("corrupted: 0x%08x at 0x%08x, not 0x%08x\n", words[i], (uint32_t)&words[i],
                       pattern((uint32_t)&words[i], round));
                return 1;
            }
        printf("verified %u\n", round);
    }
}
