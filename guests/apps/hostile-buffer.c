/*
 * hostile-buffer: hands the kernel buffers that are not in its memory.
 *
 * hostile-buffer [put|get|send|receive|read|write|wrap|long]: which virtual instruction; `wrap` is a length that runs
 * over the end of the addresses, `long` one that runs over the end of memory.
 */
#include "hostile.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    static const char *const attempts[] = {"put", "get", "send", "receive", "read", "write", "wrap", "long"};
    void *outside = (void *)denali_registers.memory_size;
    int chosen = CHOOSE(attempts);
    printf("trying to pass a buffer outside memory: %s\n", attempts[chosen]);
    int32_t result = 0;
    switch (chosen) {
    case 0: result = denali_console_put(outside, 16); break;
    case 1: result = denali_console_get(outside, 16); break;
    case 2: result = denali_packet_send(outside, ETHERNET_MINIMUM_FRAME); break;
    case 3: result = denali_packet_receive(outside, DENALI_MAXIMUM_FRAME_SIZE); break;
    case 4: result = denali_disk_read(0, 0, outside, 0); break;
    case 5: result = denali_disk_write(0, 0, outside, 0); break;
    case 6: result = denali_console_put(argv, 0xffffffff); break;
    case 7: result = denali_console_put(argv, denali_registers.memory_size); break;
    }
    printf("it answered %d\n", result);
    escaped();
}
