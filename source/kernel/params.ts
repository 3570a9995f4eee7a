/**
 * Every limit and default of the kernel, with its unit and the reason for its value. What a guest can see is in abi.ts.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const MICROSECOND = 1_000;
const MILLISECOND = 1_000_000;
const SECOND = 1_000 * MILLISECOND;

/** Bytes. WebAssembly memories come in pages of 64 KiB, so VM sizes are multiples of it and the host's bound is exact. */
export const MEMORY_GRANULE = 64 * KIB;

/** Bytes of memory of a VM whose image does not say what it wants: room for the small guests and a 64 KB stack. */
export const DEFAULT_VM_MEMORY = 1 * MIB;

/** Bytes; the stack pointer and all addresses must fit a signed word in the translator's address arithmetic. */
export const MAXIMUM_VM_MEMORY = 1024 * MIB;

/** Bytes of an ELF file. The largest program known to work (redis, statically linked) has 2 MB. */
export const MAXIMUM_IMAGE_FILE = 64 * MIB;

/** Bytes of a symbol's name; the rest is not shown. Mangled names of C++ are long, but these fill a screen. */
export const MAXIMUM_SYMBOL_NAME = 1_024;

/**
 * Power of two of the elements that a repeated MOVS or STOS moves for each instruction that it counts as. So fuel for a
 * millisecond lasts a few in whatever is repeated: the host moves 4 bytes or 16 in the time of an instruction or two, also
 * element by element, where ranges overlap. Each element of LODS, SCAS and CMPS is an instruction.
 */
export const MOVED_FOR_AN_INSTRUCTION = 2;

/** Function symbols that are read of an image: more than twenty times as many as the largest program known to work has. */
export const MAXIMUM_FUNCTIONS = 131_072;

/**
 * What is planned of an image when it is translated: operations, blocks, and where those go on, each time that they are part of
 * a function, of a loop that is entered by itself, or of a copy. Compiled programs have up to 7 for each instruction of theirs;
 * what was written to have more is left to the interpreter behind that.
 */
export const PLANNED_PER_INSTRUCTION = 32;
export const PLANNED_AT_LEAST = 200_000;

/** The same, however large an image is: a gigabyte of plans. The largest program known to work has 1,600,000. */
export const MOST_PLANNED = 4_000_000;

/**
 * Instructions that are found in an image when it is translated, half a gigabyte of them: six times as many as the largest program
 * known to work has. What is found no more is interpreted.
 */
export const MOST_INSTRUCTIONS_FOUND = 2_000_000;

/**
 * Bytes of WebAssembly, locals, and labels of a jump by a number that a function has at most; one with more is interpreted. V8 takes
 * 7,654,321, 50,000 and 65,520, but stands still to compile so much, and has a slot of its stack for each local. The largest function of
 * the programs known to work has 240 KB and some 400 locals.
 */
export const MOST_FUNCTION_BYTES = 2 * MIB;
export const MOST_FUNCTION_LOCALS = 32_000;
export const MOST_TABLE_LABELS = 65_520;

/** Bytes of WebAssembly that are made of an image: five times as many as of the largest program known to work. V8 takes 1 GiB. */
export const MOST_MODULE_BYTES = 128 * MIB;

/**
 * Entries of jump tables that are kept while an image is translated, 16 MB of them: dozens of times as many as the largest program
 * known to work has. Jumps by further tables are jumps through any pointer.
 */
export const MOST_TABLE_ENTRIES = 1024 * 1024;

/**
 * Bytes of text up to which an image is translated ahead of running without being asked for, in virtual time: the kernel does
 * nothing else meanwhile, some 5 to 10 µs a byte. Whether a translation is kept does not matter, so that runs repeat.
 */
export const LARGEST_TRANSLATED_UNASKED = 256 * 1024;

/**
 * Instructions that an image's VMs are interpreted for, together and within {@link WORTH_TRANSLATING_WITHIN}, before it is
 * translated aside: some 20 ms of computing. Less would have a thread translate what is over before it is done.
 */
export const WORTH_TRANSLATING = 1_000_000;

/**
 * Nanoseconds. What takes longer over them mostly idles: interpreting it takes less than a two-thousandth of a core, and a
 * translation of an image like the supervisor would take a second of computing and some 20 MB.
 */
export const WORTH_TRANSLATING_WITHIN = 60 * SECOND;

/**
 * Bytes of decoded instructions that a thread keeps, of all images together: half a million. The largest program known to work has that
 * many and executes a tenth of them; a file may have tens of millions.
 */
export const MAXIMUM_DECODED_TEXT = 128 * MIB;

/** Addresses of an image at which translated code was left, of which something is remembered: many times as many as ever lead somewhere. */
export const MOST_PLACES_NOTED = 65_536;

/** Modules that are kept for another kernel in the same process, each of another image: as many as an experiment's fleet has. */
export const MOST_MODULES_KEPT = 16;

/** Bytes of a translation that is kept: 2 MB of text, as the largest programs have, make 30 MB. */
export const MAXIMUM_TRANSLATION_FILE = 64 * MIB;

/** Bytes of all translations that are kept: dozens of large programs, and little beside what browsers keep. */
export const MAXIMUM_TRANSLATION_CACHE = 256 * MIB;

/** Bytes of VM memory in core at once, unless the operator says otherwise: leaves a small host most of its memory. */
export const DEFAULT_MEMORY_BUDGET = 1024 * MIB;

/** Rows of the instrument panel, and so VMs at once, ended ones included. Unused rows cost address space only. */
export const MAXIMUM_VMS = 131_072;

/** Nanoseconds. Short enough that 20 computing VMs leave each a turn within a tenth of a second. */
export const DEFAULT_QUANTUM = 5 * MILLISECOND;

/** Nanoseconds; below this the switch itself would use most of the CPU. */
export const MINIMUM_QUANTUM = 10 * MICROSECOND;

/** Nanoseconds; above this a key press or a timer would wait noticeably for one VM's quantum. */
export const MAXIMUM_QUANTUM = 1_000 * MILLISECOND;

/**
 * Thousands of guest instructions a second in virtual time, and what the CPU_SPEED register reads until a VM's own speed is known.
 * Slow enough that a run in virtual time is over sooner than in real time, whatever the guests compute and on any host.
 */
export const VIRTUAL_CPU_SPEED = 20_000;

/** Nanoseconds an instruction takes in virtual time. */
export const VIRTUAL_INSTRUCTION_TIME = MILLISECOND / VIRTUAL_CPU_SPEED;

/**
 * Looks at the clock over which the CPU_SPEED register falls by most of what a VM has become slower: some tens of milliseconds of
 * computing. That the host had the CPU for somebody else meanwhile is seen in one of them, or a few.
 */
export const CPU_SPEED_FALL = 16;

/** Nanoseconds a virtual instruction takes in virtual time, beside the instruction itself: about what it costs for real. */
export const VIRTUAL_OPERATION_TIME = 1_000;

/** Instructions given to a VM whose speed is not known yet, and the least that is ever given in real time. */
export const PROBE_FUEL = 2_000;

/** Nanoseconds of guest execution between two looks at the clock in real time: bounds how far a quantum overshoots. */
export const FUEL_CHUNK_TIME = 1 * MILLISECOND;

/** Nanoseconds the kernel runs before it lets its host handle messages and I/O: a part of the 50 ms a key may take. */
export const HOST_SLICE = 4 * MILLISECOND;

/** Frames a VM's transmit queue holds; the sender is told to wait beyond it. */
export const TRANSMIT_QUEUE_FRAMES = 64;

/** Frames a VM's receive queue holds; later ones are dropped and counted, as a NIC's ring would. */
export const RECEIVE_QUEUE_FRAMES = 128;

/** The supervisor's: what all VMs send to the outside goes through it, and each connection has some frames under way. */
export const SUPERVISOR_QUEUE_FRAMES = 512;

/** Frames the switch moves before the scheduler gets the CPU back; a broadcast counts once more for each of its receivers. */
export const SWITCH_BURST_FRAMES = 256;

/** What a frame for a full queue counts as: who is to lose one is found out first, which takes as long as some deliveries. */
export const FULL_QUEUE_WORK = 5;

/** Receivers that a broadcast is put to before it is the next sender's turn: several senders have theirs in each burst. */
export const BROADCAST_PART = 64;

/**
 * While VMs wait for the CPU, broadcasts are carried for a nanosecond for every so many that guests have it. Ten thousand receivers of
 * one take some 15 ms.
 */
export const GUEST_TIME_FOR_CARRYING = 4;

/** Nanoseconds that they may be carried for at once for what guests have computed before, however long that was: some bursts. */
export const CARRYING_CREDIT = 1 * MILLISECOND;

/** Nanoseconds that a part of a broadcast counts at most: one takes a tenth of that, and where it was longer the host stood still. */
export const LONGEST_CARRYING = 10 * MILLISECOND;

/** Nanoseconds that one receiver of a broadcast takes the kernel in virtual time: about what it takes for real, waking it included. */
export const VIRTUAL_DELIVERY_TIME = 1_000;

/** Ethernets with traffic that have their turn before the scheduler gets the CPU back. */
export const NETWORK_BURST = 16;

/** Bytes of console output kept for each VM: about 200 lines of 80 characters. */
export const CONSOLE_SCROLLBACK = 16 * KIB;

/** Bytes of console output that are handed to whoever listens at once: far more than a line, and no burden to copy. */
export const CONSOLE_PIECE = 64 * KIB;

/** Bytes of typed input that wait for a VM. */
export const KEYBOARD_QUEUE = 4 * KIB;

/** Characters of console that `--json` and the inspector show. */
export const CONSOLE_TAIL = 2_000;

/** Transfers of one disk of a VM under way or waiting to be collected. */
export const DISK_QUEUE = 32;

/** Blocks of a virtual disk, 4 KB each: 1 GB. */
export const MAXIMUM_DISK_BLOCKS = 262_144;

/** Nanoseconds that a disk transfer takes in virtual time: a solid-state disk's. */
export const VIRTUAL_DISK_LATENCY = 100 * MICROSECOND;

/** Nanoseconds that a swap transfer takes in virtual time, whatever its size: about 300 KB at 3 GB/s. */
export const VIRTUAL_SWAP_LATENCY = 100 * MICROSECOND;

/**
 * Swap transfers under way at once in each direction: of the VMs in core one in so many, between these. Many small VMs make large
 * batches; of few large ones no more are on the way, where nobody can use their memory, than keep the disk busy.
 */
export const SWAP_TRANSFERS = { least: 4, most: 128, share: 16 } as const;

/** Bytes of a block of the swap file: the host's pages, so that little that is zero is stored. */
export const DEFAULT_SWAP_BLOCK = 4 * KIB;

/** Bytes that a block of the swap file may have: VMs' sizes are multiples of the larger. */
export const SWAP_BLOCK_LIMITS = { least: 4 * KIB, most: MEMORY_GRANULE } as const;

/** Transfers a second of a disk that is slowed down: more than the host's timers tell apart, which wake once a millisecond. */
export const MAXIMUM_SWAP_IOPS = 100_000;

/** Bytes of stored blocks that are kept in core to compare with: what dozens of images' VMs have in common. */
export const SWAP_SHARED_BYTES = 8 * MIB;

/**
 * Pieces of memory through which transfers past the host's page cache go: as many as the host's threads have under way, twice,
 * so that one is filled while another is written; each holds what one read of a swap-in brings.
 */
export const DIRECT_ARENA = { pieces: 8, pieceBytes: 1 * MIB } as const;

/** How much longer than needed the swap file is made: it is sparse, and each time costs a call of the host. */
export const SWAP_GROWTH = { factor: 1.25, bytes: 64 * MIB } as const;

/** VMs in core at once. Each memory reserves 10 GiB of the host's 47-bit address space, which holds 13,083 of them. */
export const MAXIMUM_RESIDENTS = 12_000;

/** Bytes: as much as so many VMs can have, and more than any host. */
export const MAXIMUM_MEMORY_BUDGET = MAXIMUM_RESIDENTS * MAXIMUM_VM_MEMORY;

/** VMs admitted between two dispatches: a thousand that are created at once do not keep the others waiting. */
export const ADMISSION_BURST = 16;

/** Nanoseconds a VM that keeps computing may stay in core, from its first turn on, while others wait for memory. */
export const MINIMUM_RESIDENCY = 200 * MILLISECOND;

/** Nanoseconds before a swap file that refused a write (a full disk) is tried again. */
export const SWAP_RETRY_TIME = 1_000 * MILLISECOND;

/** Cleared memories kept for reuse, in all sizes together: making one is cheap, giving one back to the host is not. */
export const POOLED_MEMORIES = 256;

/** Bytes of them: they are beside the memory budget, and the host still backs their pages. */
export const POOLED_BYTES = 64 * MIB;

/** Bytes of them that are cleared in one step: clearing reads every page, and while a VM of 16 MB is cleared all others wait for 10 ms. */
export const CLEARED_AT_ONCE = 4 * MIB;

/** Nanoseconds from one such piece of a large memory to the next, for others. */
export const CLEARING_PAUSE = 1 * MILLISECOND;

/** Memories dropped after which garbage is collected. */
export const MEMORIES_COLLECTED = 256;

/** Bytes of dropped memories after which it is collected, too: twice what the pool holds, since the host still backs their pages. */
export const DROPPED_BYTES_COLLECTED = 128 * MIB;

/** Nanoseconds from then to the collection, which holds the kernel up for some 10 ms: those killed together go together. */
export const COLLECTION_DELAY = 500 * MILLISECOND;

/** Notices kept for the operator. */
export const NOTICES_KEPT = 200;

/** Wall-clock time at which a run in virtual time starts, in milliseconds since 1970: 2002-12-09, when OSDI 2002 met. */
export const VIRTUAL_EPOCH = 1_039_392_000_000;

/** Lottery tickets of a VM that was not given any: enough to halve and to double in fine steps. */
export const DEFAULT_TICKETS = 100;

/** Lottery tickets of one VM. Keeps the sum over all VMs, compensation included, an exact whole number. */
export const MAXIMUM_TICKETS = 10_000;

/** Largest factor of a compensation ticket: a VM that idled at once must not win every draw for long. */
export const MAXIMUM_COMPENSATION = 100;

/** Ethernet addresses learned behind bridges, on one Ethernet: a bounded table cannot be filled from outside. */
export const MAXIMUM_LEARNED_ADDRESSES = 4_096;

/** Bytes of memory that one step of swapping out looks at, of all VMs that leave together: 8 MB take about 2 ms. */
export const SWAP_SLICE = 8 * MIB;

/** Bytes that one read of a swap-in brings and that are checked in one step. */
export const SWAP_STAGING = 1 * MIB;

/**
 * Flows (pairs of Ethernet addresses) that are counted at once: of ten thousand VMs that talk with one other each, both ways, and
 * some more; 1.3 MB. Were it fewer than there are, each frame would find its flow forgotten.
 */
export const MAXIMUM_FLOWS = 32_768;

/** Flows that an inspection of the machine answers, the largest first: a screen of them. */
export const FLOWS_SHOWN = 64;

/** VMs of a queue that an inspection of the machine answers, the first in line first: a screen of them. */
export const QUEUE_SHOWN = 64;

/** Slices that the panel keeps: two seconds of the default quantum on a busy machine, and 256 KB. */
export const TRACE_SLICES = 8_192;

/** Bytes of a VM's memory that one read answers: a few screens of a dump. */
export const MAXIMUM_MEMORY_READ = 64 * KIB;

/** Nanoseconds between two looks for events where interrupts are delivered immediately: the delay that is meant by it. */
export const IMMEDIATE_CHECK_TIME = 50 * MICROSECOND;

/** Name of the Ethernet that VMs are plugged into unless they say otherwise, the supervisor among them. */
export const DEFAULT_NETWORK = "lan";

/** Bytes from outside that wait for the supervisor, a connection: what one read of a socket brings. The last may exceed it. */
export const UPLINK_BUFFER = 64 * KIB;

/** Connections of the uplink at once: with full buffers they take 128 MB of the host's memory. */
export const MAXIMUM_UPLINK_CHANNELS = 1_024;

/** Of these, kept back for clients of the supervisor itself: more than its program has sessions, so that the operator is never locked out. */
export const CONTROL_CHANNELS = 64;

/** How many connections one port, or one destination, may have for each that is still free: alone two thirds, two of them two fifths each. */
export const UPLINK_SHARE = 2;

/** Bytes of an image that is uploaded through the supervisor: several times the largest guest that is known to run. */
export const MAXIMUM_UPLOAD = 16 * MIB;

/** Bytes of all uploaded images together, those under way included. They are in the kernel's memory until it ends. */
export const UPLOAD_MEMORY = 64 * MIB;

/** Uploaded images, those under way included: a small file costs more than its bytes, and lists of images are read by people. */
export const MAXIMUM_UPLOADED_IMAGES = 512;

/** CPUs of a kernel: one thread attends to all of them, and can to about so many. */
export const MAXIMUM_CPUS = 64;

/** Nanoseconds between two looks at the other CPUs while the kernel's own computes: one that has done is idle for half of it. */
export const ATTENDANCE_TIME = 100 * MICROSECOND;

/** Nanoseconds that a VM must usually compute between two virtual instructions to be sent to another CPU: the way there and back takes some 20 µs. */
export const WORTH_SENDING = 500 * MICROSECOND;

/** VMs taken out of the run queue in search of one that another CPU could run; they are the next to run on the kernel's own. */
export const VMS_PASSED_OVER = 8;

/** Milliseconds in which another CPU must answer when it is told to stop: its guest is left within one; translating may take seconds. */
export const PROCESSOR_PATIENCE = 30_000;

/** Bytes that a guest may print in a slice on another CPU before the kernel's thread has to attend to it: dozens of lines. */
export const PROCESSOR_OUTPUT = 16 * KIB;

/** Milliseconds after which a CPU without work looks for memories that it is to let go. */
export const PROCESSOR_IDLE_WAIT = 500;

/**
 * VMs for whose next turns memory is fetched together: enough that a host CPU, which has a dozen or two accesses under way, is kept
 * busy, and few enough that what was fetched, mostly at the same place of a page, is still in its caches when the last has its turn.
 */
export const FORESEEN_VMS = 32;

/**
 * The same for VMs that wait for a timer, those whose timers fire next: few, since with each may come the VM that it talks with, and
 * of each several pages are read: their addresses fall together in the host CPU's tables, which hold a dozen or so of such.
 */
export const FORESEEN_TIMERS = 8;
