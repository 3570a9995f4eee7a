/*
 * touch: fills memory with words that it has not had there before, waits for a key, finds every word as it was, and begins anew.
 * So nothing of what is swapped out of it is somewhere in core already.
 *
 * touch KILOBYTES: how much. Ends with status 1 where a word is not as it was left.
 */
#include "runtime.h"

DENALI_MEMORY(1024 * 1024);

#define STACK_RESERVE (32 * 1024)

static uint32_t word(uint32_t index, uint32_t round) {
    uint32_t mixed = index * 0x9e3779b9u + round * 0x85ebca6bu + denali_registers.vm_id;
    return mixed ^ (mixed >> 13);
}

int main(int argc, char **argv) {
    uint32_t kilobytes = number_argument(argc, argv, 1, 300);
    uint32_t most = (denali_registers.memory_size - STACK_RESERVE - (uint32_t)image_end) / 1024;
    if (kilobytes > most) usage_error(argv, "its memory has less to touch than KB ", argv[1]);
    uint32_t *words = (uint32_t *)image_end;
    uint32_t count = kilobytes * 256;
    for (uint32_t round = 1;; round++) {
        for (uint32_t i = 0; i < count; i++) words[i] = word(i, round);
        denali_idle(DENALI_FOREVER);
        for (char key; denali_console_get(&key, sizeof key) > 0;) continue;
        for (uint32_t i = 0; i < count; i++)
            if (words[i] != word(i, round)) {
                printf("corrupted: word %u in round %u\n", i, round);
                return 1;
            }
    }
}
