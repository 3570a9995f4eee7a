/**
 * The virtual architecture's numbers, as guests see them.
 *
 * `guests/include/denali.h` holds the same numbers for C; `test/kernel/abi.test.ts` fails when the two differ.
 * The meaning of each number is documented in `docs/virtual-architecture.md`. All values in guest memory are
 * little-endian; all times are in nanoseconds, 64 bits wide, unless a name says otherwise.
 */

/** What {@link VirtualRegister.MAGIC} reads: "DNLI" in little-endian ASCII. */
export const MAGIC = 0x494c4e44;

/** Raised by one with every change that an existing image could notice. */
export const ABI_VERSION = 1;

/** Size of the page that holds the virtual registers, at guest-physical address 0, in bytes. */
export const REGISTER_PAGE_SIZE = 4096;

/**
 * Byte offsets of the virtual registers in page 0 (Denali, section on the virtual architecture). Reading one does not
 * leave the guest. They start at 0x100 so that a stray write through a null pointer does not hit one.
 */
export const VirtualRegister = {
  /** u32: {@link MAGIC}. */
  MAGIC: 0x100,
  /** u32: {@link ABI_VERSION}. */
  ABI_VERSION: 0x104,
  /** u32: this VM's number, never used twice while the kernel runs. */
  VM_ID: 0x108,
  /** u32: bytes of memory, counted from address 0. */
  MEMORY_SIZE: 0x10c,
  /** u32: nominal speed in thousands of guest instructions a second. */
  CPU_SPEED: 0x110,
  /** u64: nanoseconds since the kernel booted; fresh on every entry and after every virtual instruction. */
  SYSTEM_TIME: 0x118,
  /** u64: nanoseconds since 1970-01-01T00:00:00Z. */
  WALL_CLOCK: 0x120,
  /** 6 bytes: address of this VM's network interface. */
  MAC_ADDRESS: 0x128,
  /** u32, written by guest and kernel: interrupts are delivered only while it is not 0. */
  INTERRUPTS_ENABLED: 0x130,
  /** u32: bitmask of interrupts posted and not yet delivered. */
  INTERRUPTS_PENDING: 0x134,
  /** u32, written by the guest: address of its interrupt handler, 0 for none. */
  INTERRUPT_HANDLER: 0x138,
  /** u32: bitmask that the last delivery delivered. */
  INTERRUPTS_DELIVERED: 0x13c,
  /** u32: number of virtual disks, at most {@link MAXIMUM_DISKS}. */
  DISK_COUNT: 0x140,
  /** u32: bitmask of disks that refuse writes. */
  DISK_READ_ONLY: 0x144,
  /** u32 each: size of disk 0 to 3 in blocks. */
  DISK_BLOCKS: 0x148,
  /** u32: number of argument strings. */
  ARGUMENT_COUNT: 0x160,
  /** 32 bytes, NUL-terminated UTF-8: this VM's name. */
  NAME: 0x180,
  /** The argument strings, each ended by a NUL, one behind the other. */
  ARGUMENTS: 0x400,
} as const;

/** Bytes kept for a VM's name in {@link VirtualRegister.NAME}, its NUL included. */
export const NAME_SIZE = 32;

/** Bytes kept for all argument strings, their NULs included. */
export const ARGUMENTS_SIZE = 0xc00;

/** Virtual disks a VM can have. */
export const MAXIMUM_DISKS = 4;

/** Bytes in a virtual disk's block. */
export const DISK_BLOCK_SIZE = 4096;

/** Longest Ethernet frame, header included, check sequence excluded (IEEE 802.3: 14 + 1,500). */
export const MAXIMUM_FRAME_SIZE = 1514;

/**
 * Virtual instructions: `int N`, one instruction for each. Arguments and results are in registers; the result, where
 * there is one, is in EAX, negative values being an {@link AbiError}. Registers not named keep their values.
 */
export const VirtualInstruction = {
  /** EDX:EAX timeout in ns (all ones: no timeout). Gives up the CPU; EAX = bitmask of the interrupts taken. */
  IDLE: 0xd0,
  /** EAX exit status. Ends this VM. */
  TERMINATE: 0xd1,
  /** Ends an interrupt handler: pops EIP and EFLAGS, enables interrupts. */
  INTERRUPT_RETURN: 0xd2,
  /** EDX:EAX system time at which to post the timer interrupt, 0 for never. */
  SET_TIMER: 0xd3,
  /** EAX address, ECX length; EAX = bytes written to the console. */
  CONSOLE_PUT: 0xd4,
  /** EAX address, ECX capacity; EAX = bytes read from the keyboard, 0 when there are none. */
  CONSOLE_GET: 0xd5,
  /** EAX address, ECX length of an Ethernet frame; EAX = 0 or an error. */
  PACKET_SEND: 0xd6,
  /** EAX address, ECX capacity; EAX = length of the frame, 0 when there is none, or an error. */
  PACKET_RECEIVE: 0xd7,
  /** EAX disk, ECX address of 4,096 bytes, EDX block, EBX tag; EAX = 0 once accepted, or an error. */
  DISK_READ: 0xd8,
  /** As DISK_READ; the bytes are taken before the instruction ends. */
  DISK_WRITE: 0xd9,
  /** EAX = 1 when a transfer was completed: ECX = its tag, EDX = 0 or an error; EAX = 0 when none is waiting. */
  DISK_COMPLETION: 0xda,
  /** Control device, supervisor only. EAX operation, EBX handle, ECX address, EDX length; EAX = result. */
  CONTROL: 0xdb,
  /** Uplink device, supervisor only. EAX operation, EBX handle, ECX address, EDX length; EAX = result. */
  UPLINK: 0xdc,
} as const;

/** Timeout of {@link VirtualInstruction.IDLE} that never ends: EAX and EDX all ones. */
export const IDLE_FOREVER = 0xffffffff;

/** Bit numbers in the pending-interrupt bitmask. */
export const Interrupt = {
  TIMER: 0,
  KEYBOARD: 1,
  NIC_RECEIVE: 2,
  NIC_TRANSMIT: 3,
  DISK: 4,
  CONTROL: 5,
  UPLINK: 6,
} as const;

/** Number of interrupt vectors. */
export const INTERRUPT_COUNT = 7;

/** Results of virtual instructions that could not be carried out; the guest goes on. */
export const AbiError = {
  /** No room now; an interrupt will say when there is. */
  AGAIN: -1,
  /** An argument has no meaning. */
  INVALID: -2,
  /** Not allowed: a foreign source address, a read-only disk, a handle without that power. */
  DENIED: -3,
  /** The frame or the answer does not fit. */
  TOO_BIG: -4,
  /** No such disk, block, image or handle. */
  NOT_FOUND: -5,
  /** The host could not carry out the transfer. */
  INPUT_OUTPUT: -6,
  /** No room for another uploaded image or connection. */
  NO_SPACE: -7,
} as const;

/** Operations of the control device. Each names a handle that carries the power to do it. */
export const ControlOperation = {
  /** Machine handle. Fills the buffer with {@link ControlVm} records; EAX = how many VMs there are. */
  LIST: 0,
  /** Image store handle. Fills the buffer with {@link ControlImage} records; EAX = how many images there are. */
  LIST_IMAGES: 1,
  /** Image store handle, buffer: a {@link ControlCreate} record; EAX = handle of the new VM. */
  CREATE: 2,
  /** VM handle. */
  PAUSE: 3,
  /** VM handle. */
  RESUME: 4,
  /** VM handle. */
  KILL: 5,
  /** Machine handle, buffer: u64 nanoseconds. */
  SET_QUANTUM: 6,
  /** Machine handle, buffer: policy name. */
  SET_POLICY: 7,
  /** Machine handle. Fills the buffer with one {@link ControlMachine} record; EAX = 0. */
  MACHINE: 8,
  /** VM handle. Takes a {@link ControlConsole}'s position, fills in what was printed from there on; EAX = bytes of it. */
  READ_CONSOLE: 9,
  /** VM handle, buffer: what to type; EAX = bytes that its keyboard took. */
  TYPE: 10,
  /** VM handle, buffer: u32 lottery tickets. */
  SET_TICKETS: 11,
  /** VM handle of a VM that has ended: it leaves the list, and the handle means nothing any more. */
  FORGET: 12,
  /** VM handle. Fills the buffer with one {@link ControlDetails} record; EAX = 0. */
  DETAILS: 13,
  /** Image store handle, buffer: a {@link ControlUpload} record; EAX = handle of an upload. */
  UPLOAD: 14,
  /** Upload handle, buffer: the image's next bytes; EAX = 0. */
  APPEND: 15,
  /** Upload handle, gone whatever the result: the image is checked and joins the store for this run. */
  COMPLETE: 16,
  /** Upload handle, gone with all that was appended. */
  ABANDON: 17,
  /** Machine handle. Fills the buffer with why an operation was last refused, as text; EAX = bytes of it. */
  REASON: 18,
  /** Machine handle, buffer: a {@link ControlVm} record with a name, or with a number and no name; fills it; EAX = 0. */
  LOOKUP: 19,
  /** Machine handle. As LIST, from the handle on with which the buffer begins; EAX = how many records were filled. */
  LIST_FROM: 20,
  /** Machine handle. Fills the buffer with records of VMs that ended and were not told of yet; EAX = how many. */
  TAKE_ENDED: 21,
} as const;

/** Handles that the supervisor VM holds from boot. Handles of VMs have larger numbers. */
export const ControlHandle = {
  MACHINE: 1,
  IMAGE_STORE: 2,
} as const;

/** A VM in the answer to LIST: byte offsets. */
export const ControlVm = {
  HANDLE: 0,
  VM_ID: 4,
  STATE: 8,
  MEMORY_SIZE: 12,
  CPU_NANOSECONDS: 16,
  INSTRUCTIONS: 24,
  NAME: 32,
  IMAGE: 64,
  SIZE: 96,
} as const;

/** An image in the answer to LIST_IMAGES: byte offsets. */
export const ControlImage = {
  NAME: 0,
  MEMORY_SIZE: 32,
  TEXT_SIZE: 36,
  SIZE: 40,
} as const;

/** The request of CREATE: byte offsets. Strings are NUL-terminated; a memory size of 0 means the image's own wish. */
export const ControlCreate = {
  IMAGE: 0,
  NAME: 32,
  MEMORY_SIZE: 64,
  ARGUMENTS: 68,
  SIZE: 196,
} as const;

/** The answer of MACHINE: byte offsets. */
export const ControlMachine = {
  VM_COUNT: 0,
  QUANTUM: 8,
  MEMORY_BUDGET: 16,
  MEMORY_RESIDENT: 24,
  POLICY: 32,
  SIZE: 64,
} as const;

/** Request and answer of READ_CONSOLE: byte offsets. The position counts from the first byte that the VM ever printed. */
export const ControlConsole = {
  POSITION: 0,
  BYTES: 8,
} as const;

/** The answer of DETAILS: byte offsets. */
export const ControlDetails = {
  TICKETS: 0,
  STATUS: 4,
  CONSOLE_LENGTH: 8,
  FAULT: 16,
  SIZE: 144,
} as const;

/** The request of UPLOAD: byte offsets. */
export const ControlUpload = {
  NAME: 0,
  LENGTH: 32,
  SIZE: 36,
} as const;

/** Operations of the uplink device. Those on a connection take its handle, the others the device's. */
export const UplinkOperation = {
  /** Device handle. Takes what happened to one connection: fills a {@link UplinkEvent}; EAX = 1, or 0 for nothing new. */
  NEXT: 0,
  /** Connection. EAX = bytes received, 0 at the end of a stream, AGAIN when there are none now. */
  RECEIVE: 1,
  /** Connection. EAX = bytes taken, AGAIN until the connection is writable. */
  SEND: 2,
  /** Connection. Nothing more will be sent. */
  FINISH: 3,
  /** Connection. Gives the handle back; a stream that was not finished is broken. */
  CLOSE: 4,
  /**
   * Device handle, buffer: u32 number of an allowed destination, and maybe behind it u32 number of the VM that asks for it; EAX =
   * handle of the new connection.
   */
  CONNECT: 5,
  /** Device handle. Fills the buffer with {@link UplinkDestination} records; EAX = how many destinations are allowed. */
  LIST_DESTINATIONS: 6,
  /** Device handle. Fills the buffer with what clients of the supervisor itself must show; EAX = bytes, 0 for none. */
  TOKEN: 7,
} as const;

/** Handle that the supervisor VM holds from boot. Handles of connections have larger numbers. */
export const UplinkHandle = {
  DEVICE: 1,
} as const;

/** What a connection carries. */
export const UplinkKind = {
  STREAM: 0,
  DATAGRAMS: 1,
} as const;
export type UplinkKind = (typeof UplinkKind)[keyof typeof UplinkKind];

/** Bits of what happened to a connection. */
export const UplinkFlag = {
  /** It exists: from outside, or as it was asked for. */
  OPENED: 1,
  /** There is something to receive, if only the end. */
  READABLE: 2,
  /** SEND takes bytes again. */
  WRITABLE: 4,
  /** It is broken; only CLOSE is left to do. */
  CLOSED: 8,
} as const;

/**
 * The answer of NEXT: byte offsets. Port and name are the VM's that a published port leads to, or the destination's. An empty
 * name is the supervisor's own: its control interface.
 */
export const UplinkEvent = {
  HANDLE: 0,
  FLAGS: 4,
  KIND: 8,
  PORT: 12,
  NAME: 16,
  SIZE: 48,
} as const;

/** An allowed destination in the answer to LIST_DESTINATIONS: byte offsets. */
export const UplinkDestination = {
  KIND: 0,
  PORT: 4,
  HOST: 8,
  SIZE: 72,
} as const;

/** VM states, as the control device and the instrument panel number them. */
export const VmState = {
  RUNNING: 0,
  READY: 1,
  IDLE: 2,
  PAUSED: 3,
  SWAPPING: 4,
  SWAPPED: 5,
  TERMINATED: 6,
  CRASHED: 7,
} as const;
export type VmState = (typeof VmState)[keyof typeof VmState];

/** Names of {@link VmState}, by number. */
export const VM_STATE_NAMES = [
  "running",
  "ready",
  "idle",
  "paused",
  "swapping",
  "swapped",
  "terminated",
  "crashed",
] as const;
export type VmStateName = (typeof VM_STATE_NAMES)[number];

/** Names of {@link Interrupt}, by bit number. */
export const INTERRUPT_NAMES = [
  "timer",
  "keyboard",
  "nic receive",
  "nic transmit",
  "disk",
  "control",
  "uplink",
] as const;

/** ELF note (name {@link IMAGE_NOTE_NAME}) that says how much memory an image wants: one u32, bytes. */
export const IMAGE_NOTE_NAME = "Denali";
export const IMAGE_NOTE_MEMORY = 1;

/** Lowest guest-physical address an image may load at: behind the virtual registers. */
export const LOWEST_LOAD_ADDRESS = REGISTER_PAGE_SIZE;
