/*
 * The Denali virtual architecture for guests written in C: its numbers, the virtual registers, and one inline function
 * for each virtual instruction. It needs no library; runtime.h offers start-up, printing and the rest.
 *
 * The numbers are those of source/kernel/abi.ts; `npm test` fails when the two differ. docs/virtual-architecture.md says
 * what each means. All times are in nanoseconds. Functions that answer an int32_t answer a DENALI_ERROR_... when it is
 * negative. A buffer that is not wholly inside memory ends the VM with a memory fault, as a store there would.
 */
#ifndef DENALI_H
#define DENALI_H

#include <stddef.h>
#include <stdint.h>

/* ---- Numbers ---------------------------------------------------------------------------------------------------- */

#define DENALI_MAGIC 0x494c4e44 /* "DNLI", little-endian. */
#define DENALI_ABI_VERSION 1
#define DENALI_REGISTER_PAGE_SIZE 4096
#define DENALI_NAME_SIZE 32
#define DENALI_ARGUMENTS_SIZE 0xc00
#define DENALI_MAXIMUM_DISKS 4
#define DENALI_DISK_BLOCK_SIZE 4096
#define DENALI_MAXIMUM_FRAME_SIZE 1514
#define DENALI_IDLE_FOREVER 0xffffffff
#define DENALI_INTERRUPT_COUNT 7
#define DENALI_IMAGE_NOTE_NAME "Denali"
#define DENALI_IMAGE_NOTE_MEMORY 1
#define DENALI_LOWEST_LOAD_ADDRESS 4096

/* Offsets of the virtual registers in page 0; struct denali_registers has the same as members. */
#define DENALI_REGISTER_MAGIC 0x100
#define DENALI_REGISTER_ABI_VERSION 0x104
#define DENALI_REGISTER_VM_ID 0x108
#define DENALI_REGISTER_MEMORY_SIZE 0x10c
#define DENALI_REGISTER_CPU_SPEED 0x110
#define DENALI_REGISTER_SYSTEM_TIME 0x118
#define DENALI_REGISTER_WALL_CLOCK 0x120
#define DENALI_REGISTER_MAC_ADDRESS 0x128
#define DENALI_REGISTER_INTERRUPTS_ENABLED 0x130
#define DENALI_REGISTER_INTERRUPTS_PENDING 0x134
#define DENALI_REGISTER_INTERRUPT_HANDLER 0x138
#define DENALI_REGISTER_INTERRUPTS_DELIVERED 0x13c
#define DENALI_REGISTER_DISK_COUNT 0x140
#define DENALI_REGISTER_DISK_READ_ONLY 0x144
#define DENALI_REGISTER_DISK_BLOCKS 0x148
#define DENALI_REGISTER_ARGUMENT_COUNT 0x160
#define DENALI_REGISTER_NAME 0x180
#define DENALI_REGISTER_ARGUMENTS 0x400

/* Virtual instructions: N of `int N`. */
#define DENALI_INSTRUCTION_IDLE 0xd0
#define DENALI_INSTRUCTION_TERMINATE 0xd1
#define DENALI_INSTRUCTION_INTERRUPT_RETURN 0xd2
#define DENALI_INSTRUCTION_SET_TIMER 0xd3
#define DENALI_INSTRUCTION_CONSOLE_PUT 0xd4
#define DENALI_INSTRUCTION_CONSOLE_GET 0xd5
#define DENALI_INSTRUCTION_PACKET_SEND 0xd6
#define DENALI_INSTRUCTION_PACKET_RECEIVE 0xd7
#define DENALI_INSTRUCTION_DISK_READ 0xd8
#define DENALI_INSTRUCTION_DISK_WRITE 0xd9
#define DENALI_INSTRUCTION_DISK_COMPLETION 0xda
#define DENALI_INSTRUCTION_CONTROL 0xdb
#define DENALI_INSTRUCTION_UPLINK 0xdc

/* Bit numbers in the pending-interrupt bitmask. */
#define DENALI_INTERRUPT_TIMER 0
#define DENALI_INTERRUPT_KEYBOARD 1
#define DENALI_INTERRUPT_NIC_RECEIVE 2
#define DENALI_INTERRUPT_NIC_TRANSMIT 3
#define DENALI_INTERRUPT_DISK 4
#define DENALI_INTERRUPT_CONTROL 5
#define DENALI_INTERRUPT_UPLINK 6

/* Results of virtual instructions that could not be carried out. */
#define DENALI_ERROR_AGAIN (-1)        /* No room now; an interrupt will say when there is. */
#define DENALI_ERROR_INVALID (-2)      /* An argument has no meaning. */
#define DENALI_ERROR_DENIED (-3)       /* A foreign source address, a read-only disk, a handle without that power. */
#define DENALI_ERROR_TOO_BIG (-4)      /* The frame or the answer does not fit. */
#define DENALI_ERROR_NOT_FOUND (-5)    /* No such disk, block, image or handle. */
#define DENALI_ERROR_INPUT_OUTPUT (-6) /* The host could not carry out the transfer. */
#define DENALI_ERROR_NO_SPACE (-7)     /* No room for another uploaded image or connection. */

/* Control device, supervisor only: operations, the handles it holds from boot, and its records. */
#define DENALI_CONTROL_OPERATION_LIST 0
#define DENALI_CONTROL_OPERATION_LIST_IMAGES 1
#define DENALI_CONTROL_OPERATION_CREATE 2
#define DENALI_CONTROL_OPERATION_PAUSE 3
#define DENALI_CONTROL_OPERATION_RESUME 4
#define DENALI_CONTROL_OPERATION_KILL 5
#define DENALI_CONTROL_OPERATION_SET_QUANTUM 6
#define DENALI_CONTROL_OPERATION_SET_POLICY 7
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

/* Uplink device, supervisor only: operations, the handle it holds from boot, and its records. */
#define DENALI_UPLINK_OPERATION_NEXT 0
#define DENALI_UPLINK_OPERATION_RECEIVE 1
#define DENALI_UPLINK_OPERATION_SEND 2
#define DENALI_UPLINK_OPERATION_FINISH 3
#define DENALI_UPLINK_OPERATION_CLOSE 4
#define DENALI_UPLINK_OPERATION_CONNECT 5
#define DENALI_UPLINK_OPERATION_LIST_DESTINATIONS 6

#define DENALI_UPLINK_HANDLE_DEVICE 1

#define DENALI_UPLINK_KIND_STREAM 0
#define DENALI_UPLINK_KIND_DATAGRAMS 1

#define DENALI_UPLINK_FLAG_OPENED 1
#define DENALI_UPLINK_FLAG_READABLE 2
#define DENALI_UPLINK_FLAG_WRITABLE 4
#define DENALI_UPLINK_FLAG_CLOSED 8

#define DENALI_UPLINK_EVENT_HANDLE 0
#define DENALI_UPLINK_EVENT_FLAGS 4
#define DENALI_UPLINK_EVENT_KIND 8
#define DENALI_UPLINK_EVENT_PORT 12
#define DENALI_UPLINK_EVENT_NAME 16
#define DENALI_UPLINK_EVENT_SIZE 48

#define DENALI_UPLINK_DESTINATION_KIND 0
#define DENALI_UPLINK_DESTINATION_PORT 4
#define DENALI_UPLINK_DESTINATION_HOST 8
#define DENALI_UPLINK_DESTINATION_SIZE 72

#define DENALI_VM_STATE_RUNNING 0
#define DENALI_VM_STATE_READY 1
#define DENALI_VM_STATE_IDLE 2
#define DENALI_VM_STATE_PAUSED 3
#define DENALI_VM_STATE_SWAPPING 4
#define DENALI_VM_STATE_SWAPPED 5
#define DENALI_VM_STATE_TERMINATED 6
#define DENALI_VM_STATE_CRASHED 7

/* ---- Virtual registers ------------------------------------------------------------------------------------------ */

/*
 * Page 0. Times and pending interrupts are fresh whenever the VM is entered and after every virtual instruction, in real
 * time those and the speed also while the VM computes; the rest stays as it was at boot. What the guest writes here
 * changes nothing for the kernel, but for the two that are the guest's: whether interrupts are enabled, and their handler.
 */
struct denali_registers {
    uint8_t unused_0[0x100];
    uint32_t magic;
    uint32_t abi_version;
    uint32_t vm_id;
    uint32_t memory_size;
    uint32_t cpu_speed;
    uint32_t unused_1;
    uint32_t system_time[2]; /* Low word first; read it with denali_system_time(). */
    uint32_t wall_clock[2];  /* Low word first; read it with denali_wall_clock(). */
    uint8_t mac_address[6];
    uint8_t unused_2[2];
    uint32_t interrupts_enabled;
    uint32_t interrupts_pending;
    uint32_t interrupt_handler;
    uint32_t interrupts_delivered;
    uint32_t disk_count;
    uint32_t disk_read_only;
    uint32_t disk_blocks[DENALI_MAXIMUM_DISKS];
    uint8_t unused_3[8];
    uint32_t argument_count;
    uint8_t unused_4[0x1c];
    char name[DENALI_NAME_SIZE];
    uint8_t unused_5[0x260];
    char arguments[DENALI_ARGUMENTS_SIZE];
};

/* The linker script puts it at address 0; as a symbol, unlike as a null pointer, the compiler lets it be read. */
extern volatile struct denali_registers denali_registers;

#define DENALI_CHECK_REGISTER(member, NAME)                                                                            \
    _Static_assert(offsetof(struct denali_registers, member) == DENALI_REGISTER_##NAME, #member)
DENALI_CHECK_REGISTER(magic, MAGIC);
DENALI_CHECK_REGISTER(abi_version, ABI_VERSION);
DENALI_CHECK_REGISTER(vm_id, VM_ID);
DENALI_CHECK_REGISTER(memory_size, MEMORY_SIZE);
DENALI_CHECK_REGISTER(cpu_speed, CPU_SPEED);
DENALI_CHECK_REGISTER(system_time, SYSTEM_TIME);
DENALI_CHECK_REGISTER(wall_clock, WALL_CLOCK);
DENALI_CHECK_REGISTER(mac_address, MAC_ADDRESS);
DENALI_CHECK_REGISTER(interrupts_enabled, INTERRUPTS_ENABLED);
DENALI_CHECK_REGISTER(interrupts_pending, INTERRUPTS_PENDING);
DENALI_CHECK_REGISTER(interrupt_handler, INTERRUPT_HANDLER);
DENALI_CHECK_REGISTER(interrupts_delivered, INTERRUPTS_DELIVERED);
DENALI_CHECK_REGISTER(disk_count, DISK_COUNT);
DENALI_CHECK_REGISTER(disk_read_only, DISK_READ_ONLY);
DENALI_CHECK_REGISTER(disk_blocks, DISK_BLOCKS);
DENALI_CHECK_REGISTER(argument_count, ARGUMENT_COUNT);
DENALI_CHECK_REGISTER(name, NAME);
DENALI_CHECK_REGISTER(arguments, ARGUMENTS);
_Static_assert(sizeof(struct denali_registers) == DENALI_REGISTER_PAGE_SIZE, "the registers fill page 0");

/* Reads two words as one number. The VM may lose the CPU between the two loads, so it looks until nothing changed. */
static inline uint64_t denali_read_u64(const volatile uint32_t words[2]) {
    for (;;) {
        uint32_t high = words[1];
        uint32_t low = words[0];
        if (words[1] == high) return (uint64_t)high << 32 | low;
    }
}

/* Nanoseconds since the kernel booted, as of the last virtual instruction or entry. */
static inline uint64_t denali_system_time(void) { return denali_read_u64(denali_registers.system_time); }

/* Nanoseconds since 1970-01-01T00:00:00Z. */
static inline uint64_t denali_wall_clock(void) { return denali_read_u64(denali_registers.wall_clock); }

/* ---- Virtual instructions --------------------------------------------------------------------------------------- */

#define DENALI_FOREVER UINT64_MAX
_Static_assert((uint32_t)DENALI_FOREVER == DENALI_IDLE_FOREVER, "both halves are all ones");

#define DENALI_BIT(interrupt) (1u << DENALI_INTERRUPT_##interrupt)
#define DENALI_STRING_OF(text) #text
#define DENALI_STRING(text) DENALI_STRING_OF(text)
#define DENALI_INT(instruction) "int $" DENALI_STRING(DENALI_INSTRUCTION_##instruction)

/*
 * Gives up the CPU until an interrupt is posted or `timeout` ns have passed; DENALI_FOREVER waits without end and 0
 * until this VM's next turn. Answers the bitmask of the interrupts taken, 0 after the timeout.
 */
static inline uint32_t denali_idle(uint64_t timeout) {
    uint32_t taken = (uint32_t)timeout;
    __asm__ volatile(DENALI_INT(IDLE) : "+a"(taken) : "d"((uint32_t)(timeout >> 32)) : "memory");
    return taken;
}

/* Ends this VM. The low 8 bits of the status are what `denali exec` exits with. */
static inline _Noreturn void denali_terminate(int32_t status) {
    __asm__ volatile(DENALI_INT(TERMINATE) : : "a"(status) : "memory");
    __builtin_unreachable();
}

/* Posts the timer interrupt at a system time; 0 for never. There is one timer: the last call counts. */
static inline void denali_set_timer(uint64_t time) {
    __asm__ volatile(DENALI_INT(SET_TIMER) : : "a"((uint32_t)time), "d"((uint32_t)(time >> 32)) : "memory");
}

/* Writes to the console; answers how many bytes it took. */
static inline int32_t denali_console_put(const void *bytes, uint32_t length) {
    int32_t result;
    __asm__ volatile(DENALI_INT(CONSOLE_PUT) : "=a"(result) : "a"(bytes), "c"(length) : "memory");
    return result;
}

/* Reads what was typed; answers how many bytes, 0 when there are none. */
static inline int32_t denali_console_get(void *bytes, uint32_t capacity) {
    int32_t result;
    __asm__ volatile(DENALI_INT(CONSOLE_GET) : "=a"(result) : "a"(bytes), "c"(capacity) : "memory");
    return result;
}

/* Nanoseconds since the kernel booted, as of now: printing nothing is a virtual instruction, which refreshes the register. */
static inline uint64_t denali_current_time(void) {
    denali_console_put(NULL, 0);
    return denali_system_time();
}

/* Sends an Ethernet frame. DENALI_ERROR_AGAIN: the queue is full and NIC_TRANSMIT will be posted when it is not. */
static inline int32_t denali_packet_send(const void *frame, uint32_t length) {
    int32_t result;
    __asm__ volatile(DENALI_INT(PACKET_SEND) : "=a"(result) : "a"(frame), "c"(length) : "memory");
    return result;
}

/* Receives an Ethernet frame; answers its length, 0 when there is none. */
static inline int32_t denali_packet_receive(void *frame, uint32_t capacity) {
    int32_t result;
    __asm__ volatile(DENALI_INT(PACKET_RECEIVE) : "=a"(result) : "a"(frame), "c"(capacity) : "memory");
    return result;
}

/* Starts reading a block. The bytes arrive at `address` when the completion with this tag is collected, not before. */
static inline int32_t denali_disk_read(uint32_t disk, uint32_t block, void *address, uint32_t tag) {
    int32_t result;
    __asm__ volatile(DENALI_INT(DISK_READ)
                     : "=a"(result)
                     : "a"(disk), "c"(address), "d"(block), "b"(tag)
                     : "memory");
    return result;
}

/* Starts writing a block. The bytes are taken at once: the buffer is free when this returns. */
static inline int32_t denali_disk_write(uint32_t disk, uint32_t block, const void *address, uint32_t tag) {
    int32_t result;
    __asm__ volatile(DENALI_INT(DISK_WRITE)
                     : "=a"(result)
                     : "a"(disk), "c"(address), "d"(block), "b"(tag)
                     : "memory");
    return result;
}

/* Collects a completed transfer: answers 1 and fills tag and error (0 for none), or answers 0 when none is waiting. */
static inline int32_t denali_disk_completion(uint32_t *tag, int32_t *error) {
    int32_t result;
    uint32_t completed;
    int32_t status;
    __asm__ volatile(DENALI_INT(DISK_COMPLETION) : "=a"(result), "=c"(completed), "=d"(status) : : "memory");
    if (result == 1) {
        *tag = completed;
        *error = status;
    }
    return result;
}

/* An operation of the control device. Ends any VM but the supervisor with a fault. */
static inline int32_t denali_control(uint32_t operation, uint32_t handle, void *buffer, uint32_t length) {
    int32_t result;
    __asm__ volatile(DENALI_INT(CONTROL)
                     : "=a"(result)
                     : "a"(operation), "b"(handle), "c"(buffer), "d"(length)
                     : "memory");
    return result;
}

/* An operation of the uplink device. Ends any VM but the supervisor with a fault. */
static inline int32_t denali_uplink(uint32_t operation, uint32_t handle, void *buffer, uint32_t length) {
    int32_t result;
    __asm__ volatile(DENALI_INT(UPLINK)
                     : "=a"(result)
                     : "a"(operation), "b"(handle), "c"(buffer), "d"(length)
                     : "memory");
    return result;
}

/* ---- Interrupts ------------------------------------------------------------------------------------------------- */

/* Stops delivery. Answers what to hand to denali_interrupts_restore(). */
static inline uint32_t denali_interrupts_disable(void) {
    uint32_t before = denali_registers.interrupts_enabled;
    denali_registers.interrupts_enabled = 0;
    __asm__ volatile("" : : : "memory");
    return before;
}

/* Allows delivery. What is pending is delivered at the next idle or when the VM is next entered, not at the store. */
static inline void denali_interrupts_enable(void) {
    __asm__ volatile("" : : : "memory");
    denali_registers.interrupts_enabled = 1;
}

static inline void denali_interrupts_restore(uint32_t before) {
    if (before) denali_interrupts_enable();
}

/* ---- Records of the control device ------------------------------------------------------------------------------ */

/* A VM in the answer to LIST. Records come in ascending order of handles. */
struct denali_control_vm {
    uint32_t handle;
    uint32_t vm_id;
    uint32_t state; /* DENALI_VM_STATE_... */
    uint32_t memory_size;
    uint64_t cpu_nanoseconds;
    uint64_t instructions;
    char name[DENALI_NAME_SIZE];
    char image[DENALI_NAME_SIZE];
};

/* An image in the answer to LIST_IMAGES. */
struct denali_control_image {
    char name[DENALI_NAME_SIZE];
    uint32_t memory_size;
    uint32_t text_size;
};

/* The request of CREATE. Strings are NUL-terminated. */
struct denali_control_create {
    char image[DENALI_NAME_SIZE];
    char name[DENALI_NAME_SIZE]; /* Empty: the image's name. */
    uint32_t memory_size;        /* 0: what the image asks for. */
    char arguments[128];         /* Words with blanks between them. */
};

/* The answer of MACHINE. */
struct denali_control_machine {
    uint32_t vm_count;
    uint32_t unused;
    uint64_t quantum; /* ns */
    uint64_t memory_budget;
    uint64_t memory_resident;
    char policy[32];
};

/* The answer of the uplink device's NEXT. */
struct denali_uplink_event {
    uint32_t handle;
    uint32_t flags; /* DENALI_UPLINK_FLAG_... */
    uint32_t kind;  /* DENALI_UPLINK_KIND_... */
    uint32_t port;
    char name[DENALI_NAME_SIZE];
};

/* An allowed destination in the answer to LIST_DESTINATIONS. */
struct denali_uplink_destination {
    uint32_t kind;
    uint32_t port;
    char host[64];
};
_Static_assert(sizeof(struct denali_uplink_event) == DENALI_UPLINK_EVENT_SIZE, "event");
_Static_assert(offsetof(struct denali_uplink_event, name) == DENALI_UPLINK_EVENT_NAME, "event");
_Static_assert(sizeof(struct denali_uplink_destination) == DENALI_UPLINK_DESTINATION_SIZE, "destination");
_Static_assert(offsetof(struct denali_uplink_destination, host) == DENALI_UPLINK_DESTINATION_HOST, "destination");

#define DENALI_CHECK_RECORD(record, RECORD, member, NAME)                                                              \
    _Static_assert(offsetof(struct denali_control_##record, member) == DENALI_CONTROL_##RECORD##_##NAME, #member)
#define DENALI_CHECK_SIZE(record, RECORD)                                                                              \
    _Static_assert(sizeof(struct denali_control_##record) == DENALI_CONTROL_##RECORD##_SIZE, #record)
DENALI_CHECK_RECORD(vm, VM, handle, HANDLE);
DENALI_CHECK_RECORD(vm, VM, vm_id, VM_ID);
DENALI_CHECK_RECORD(vm, VM, state, STATE);
DENALI_CHECK_RECORD(vm, VM, memory_size, MEMORY_SIZE);
DENALI_CHECK_RECORD(vm, VM, cpu_nanoseconds, CPU_NANOSECONDS);
DENALI_CHECK_RECORD(vm, VM, instructions, INSTRUCTIONS);
DENALI_CHECK_RECORD(vm, VM, name, NAME);
DENALI_CHECK_RECORD(vm, VM, image, IMAGE);
DENALI_CHECK_SIZE(vm, VM);
DENALI_CHECK_RECORD(image, IMAGE, name, NAME);
DENALI_CHECK_RECORD(image, IMAGE, memory_size, MEMORY_SIZE);
DENALI_CHECK_RECORD(image, IMAGE, text_size, TEXT_SIZE);
DENALI_CHECK_SIZE(image, IMAGE);
DENALI_CHECK_RECORD(create, CREATE, image, IMAGE);
DENALI_CHECK_RECORD(create, CREATE, name, NAME);
DENALI_CHECK_RECORD(create, CREATE, memory_size, MEMORY_SIZE);
DENALI_CHECK_RECORD(create, CREATE, arguments, ARGUMENTS);
DENALI_CHECK_SIZE(create, CREATE);
DENALI_CHECK_RECORD(machine, MACHINE, vm_count, VM_COUNT);
DENALI_CHECK_RECORD(machine, MACHINE, quantum, QUANTUM);
DENALI_CHECK_RECORD(machine, MACHINE, memory_budget, MEMORY_BUDGET);
DENALI_CHECK_RECORD(machine, MACHINE, memory_resident, MEMORY_RESIDENT);
DENALI_CHECK_RECORD(machine, MACHINE, policy, POLICY);
DENALI_CHECK_SIZE(machine, MACHINE);

/* ---- Image ------------------------------------------------------------------------------------------------------ */

/* At file level, once in a program: how many bytes of memory its VMs get unless their creator says otherwise. */
#define DENALI_MEMORY(bytes)                                                                                           \
    __attribute__((section(".note.denali"), used, aligned(4))) static const struct {                                   \
        uint32_t name_size, description_size, type;                                                                    \
        char name[8];                                                                                                  \
        uint32_t memory_size;                                                                                          \
    } denali_memory_note = {sizeof DENALI_IMAGE_NOTE_NAME, sizeof(uint32_t), DENALI_IMAGE_NOTE_MEMORY,                 \
                            DENALI_IMAGE_NOTE_NAME, (bytes)}

#endif
