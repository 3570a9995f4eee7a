/*
 * The Denali virtual architecture for guests written in C.
 *
 * The numbers are those of source/kernel/abi.ts; `npm test` fails when the two differ. docs/virtual-architecture.md says
 * what each means. All times are in nanoseconds.
 */
#ifndef DENALI_H
#define DENALI_H
#define DENALI_MAGIC 0x494c4e44
#define DENALI_ABI_VERSION 1
#define DENALI_REGISTER_PAGE_SIZE 4096
#define DENALI_NAME_SIZE 32
#define DENALI_ARGUMENTS_SIZE 0xc00
#define DENALI_MAXIMUM_DISKS 4
#define DENALI_DISK_BLOCK_SIZE 4096
#define DENALI_MAXIMUM_FRAME_SIZE 1514
#define DENALI_IDLE_FOREVER 0xffffffff
#define DENALI_INTERRUPT_COUNT 6
#define DENALI_IMAGE_NOTE_MEMORY 1

#define DENALI_REGISTER_MAGIC 0x100 /* u32: MAGIC. */
#define DENALI_REGISTER_ABI_VERSION 0x104 /* u32: ABI_VERSION. */
#define DENALI_REGISTER_VM_ID 0x108 /* u32: this VM's number, never used twice while the kernel runs. */
#define DENALI_REGISTER_MEMORY_SIZE 0x10c /* u32: bytes of memory, counted from address 0. */
#define DENALI_REGISTER_CPU_SPEED 0x110 /* u32: nominal speed in thousands of guest instructions a second. */
#define DENALI_REGISTER_SYSTEM_TIME 0x118
#define DENALI_REGISTER_WALL_CLOCK 0x120 /* u64: nanoseconds since 1970-01-01T00:00:00Z. */
#define DENALI_REGISTER_MAC_ADDRESS 0x128 /* 6 bytes: address of this VM's network interface. */
#define DENALI_REGISTER_INTERRUPTS_ENABLED 0x130
#define DENALI_REGISTER_INTERRUPTS_PENDING 0x134 /* u32: bitmask of interrupts posted and not yet delivered. */
#define DENALI_REGISTER_INTERRUPT_HANDLER 0x138
#define DENALI_REGISTER_INTERRUPTS_DELIVERED 0x13c /* u32: bitmask that the last delivery delivered. */
#define DENALI_REGISTER_DISK_COUNT 0x140 /* u32: number of virtual disks, at most MAXIMUM_DISKS. */
#define DENALI_REGISTER_DISK_READ_ONLY 0x144 /* u32: bitmask of disks that refuse writes. */
#define DENALI_REGISTER_DISK_BLOCKS 0x148 /* u32 each: size of disk 0 to 3 in blocks. */
#define DENALI_REGISTER_ARGUMENT_COUNT 0x160 /* u32: number of argument strings. */
#define DENALI_REGISTER_NAME 0x180 /* 32 bytes, NUL-terminated UTF-8: this VM's name. */
#define DENALI_REGISTER_ARGUMENTS 0x400 /* The argument strings, each ended by a NUL, one behind the other. */

#define DENALI_INSTRUCTION_IDLE 0xd0
#define DENALI_INSTRUCTION_TERMINATE 0xd1 /* EAX exit status. Ends this VM. */
#define DENALI_INSTRUCTION_INTERRUPT_RETURN 0xd2 /* Ends an interrupt handler: pops EIP and EFLAGS, enables interrupts. */
#define DENALI_INSTRUCTION_SET_TIMER 0xd3
#define DENALI_INSTRUCTION_CONSOLE_PUT 0xd4 /* EAX address, ECX length; EAX = bytes written to the console. */
#define DENALI_INSTRUCTION_CONSOLE_GET 0xd5
#define DENALI_INSTRUCTION_PACKET_SEND 0xd6 /* EAX address, ECX length of an Ethernet frame; EAX = 0 or an error. */
#define DENALI_INSTRUCTION_PACKET_RECEIVE 0xd7
#define DENALI_INSTRUCTION_DISK_READ 0xd8
#define DENALI_INSTRUCTION_DISK_WRITE 0xd9 /* As DISK_READ; the bytes are taken before the instruction ends. */
#define DENALI_INSTRUCTION_DISK_COMPLETION 0xda
#define DENALI_INSTRUCTION_CONTROL 0xdb

#define DENALI_INTERRUPT_TIMER 0
#define DENALI_INTERRUPT_KEYBOARD 1
#define DENALI_INTERRUPT_NIC_RECEIVE 2
#define DENALI_INTERRUPT_NIC_TRANSMIT 3
#define DENALI_INTERRUPT_DISK 4
#define DENALI_INTERRUPT_CONTROL 5

#define DENALI_ERROR_AGAIN (-1) /* No room now; an interrupt will say when there is. */
#define DENALI_ERROR_INVALID (-2) /* An argument has no meaning. */
#define DENALI_ERROR_DENIED (-3)
#define DENALI_ERROR_TOO_BIG (-4) /* The frame or the answer does not fit. */
#define DENALI_ERROR_NOT_FOUND (-5) /* No such disk, block, image or handle. */
#define DENALI_ERROR_INPUT_OUTPUT (-6) /* The host could not carry out the transfer. */
#define DENALI_ERROR_NO_SPACE (-7) /* The kernel has no room for another VM or disk. */

#define DENALI_CONTROL_OPERATION_LIST 0
#define DENALI_CONTROL_OPERATION_LIST_IMAGES 1
#define DENALI_CONTROL_OPERATION_CREATE 2
#define DENALI_CONTROL_OPERATION_PAUSE 3 /* VM handle. */
#define DENALI_CONTROL_OPERATION_RESUME 4 /* VM handle. */
#define DENALI_CONTROL_OPERATION_KILL 5 /* VM handle. */
#define DENALI_CONTROL_OPERATION_SET_QUANTUM 6 /* Machine handle, buffer: u64 nanoseconds. */
#define DENALI_CONTROL_OPERATION_SET_POLICY 7 /* Machine handle, buffer: policy name. */
#define DENALI_CONTROL_OPERATION_MACHINE 8

#define DENALI_CONTROL_HANDLE_MACHINE 1
#define DENALI_CONTROL_HANDLE_IMAGE_STORE 2

#define DENALI_CONTROL_VM_HANDLE 0
#define DENALI_CONTROL_VM_VM_ID 4
#define DENALI_CONTROL_VM_STATE 8
#define DENALI_CONTROL_VM_MEMORY_SIZE 12
#define DENALI_CONTROL_VM_CPU_NANOSECONDS 16
#define DENALI_CONTROL_VM_INSTRUCTIONS 24
#define DENALI_CONTROL_VM_NAME 32
#define DENALI_CONTROL_VM_IMAGE 64
#define DENALI_CONTROL_VM_SIZE 96

#define DENALI_CONTROL_IMAGE_NAME 0
#define DENALI_CONTROL_IMAGE_MEMORY_SIZE 32
#define DENALI_CONTROL_IMAGE_TEXT_SIZE 36
#define DENALI_CONTROL_IMAGE_SIZE 40

#define DENALI_CONTROL_CREATE_IMAGE 0
#define DENALI_CONTROL_CREATE_NAME 32
#define DENALI_CONTROL_CREATE_MEMORY_SIZE 64
#define DENALI_CONTROL_CREATE_ARGUMENTS 68
#define DENALI_CONTROL_CREATE_SIZE 196

#define DENALI_CONTROL_MACHINE_VM_COUNT 0
#define DENALI_CONTROL_MACHINE_QUANTUM 8
#define DENALI_CONTROL_MACHINE_MEMORY_BUDGET 16
#define DENALI_CONTROL_MACHINE_MEMORY_RESIDENT 24
#define DENALI_CONTROL_MACHINE_POLICY 32
#define DENALI_CONTROL_MACHINE_SIZE 64

#define DENALI_VM_STATE_RUNNING 0
#define DENALI_VM_STATE_READY 1
#define DENALI_VM_STATE_IDLE 2
#define DENALI_VM_STATE_PAUSED 3
#define DENALI_VM_STATE_SWAPPING 4
#define DENALI_VM_STATE_SWAPPED 5
#define DENALI_VM_STATE_TERMINATED 6
#define DENALI_VM_STATE_CRASHED 7

#endif
