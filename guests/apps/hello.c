/*
 * hello: greets, naming its VM and the virtual architecture it runs on, and ends.
 */
#include "runtime.h"

DENALI_MEMORY(128 * 1024);

int main(int argc, char **argv) {
    printf("Hello from %s, VM %u: Denali virtual architecture %u, %u KB of memory, ", argv[0], denali_registers.vm_id,
           denali_registers.abi_version, denali_registers.memory_size / 1024);
    print_mac((const uint8_t *)denali_registers.mac_address);
    print("\n");
    for (int i = 1; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
    return 0;
}
