/**
 * What an operator can ask of the kernel, and what it answers. Everything here is plain data that can be posted between
 * threads; `Kernel` implements {@link KernelCommands} in its own thread and `KernelClient` (host/client.ts) offers the same
 * calls from another, each answered or refused with a `UserError`.
 */

import type { VmStateName } from "./abi.js";
import type { EngineName } from "./engine-names.js";
import type { FaultCause } from "./x86/machine.js";

/** A virtual disk wired to a VM. */
export interface DiskSpec {
  /** Name of the disk in the state folder; made on first use. */
  readonly name: string;
  /** Size in 4 KB blocks, for a disk that does not exist yet. */
  readonly blocks: number;
  readonly readOnly: boolean;
  /** A courtesy that gives way: where somebody else has the disk, the VM starts without it and the operator is told. */
  readonly ifFree?: boolean;
}

/** A VM to be created. What is left out is the kernel's or the image's choice. */
export interface VmSpec {
  /** Name of an image in the store, or a path to an ELF file. */
  readonly image: string;
  /** Defaults to the image's name. Several VMs of one name are told apart by `-2`, `-3`, ... */
  readonly name?: string;
  /** VMs to create, 1 when left out. */
  readonly count?: number;
  /** Bytes of memory. */
  readonly memory?: number;
  readonly arguments?: readonly string[];
  readonly disks?: readonly DiskSpec[];
  /** Name of the Ethernet the VM's interface is plugged into. */
  readonly network?: string;
  /** Lottery tickets. */
  readonly tickets?: number;
  /** What executes its code; the machine's engine when left out. */
  readonly engine?: EngineName;
}

/** A quantum: a time, or (for exact experiments) a number of guest instructions. */
export type Quantum = { readonly nanoseconds: number } | { readonly instructions: number };

/** An image in the store. */
export interface ImageSummary {
  readonly name: string;
  /** What it does, one line; empty where nobody said. */
  readonly description: string;
  /** Bytes of text, of other data, and of memory it asks for. */
  readonly textSize: number;
  readonly dataSize: number;
  readonly memorySize: number;
  readonly sha256: string;
}

/** Why a VM crashed, as text. */
export interface FaultSummary {
  readonly cause: FaultCause;
  readonly eip: number;
  /** Bytes of the instruction in hexadecimal, `0f 0b`. */
  readonly bytes: string;
  readonly instruction: string;
  readonly detail: string;
  /** Several lines, of engines that differ. */
  readonly report?: string;
}

/** One line of disassembly. */
export interface DisassemblyLine {
  readonly address: number;
  /** Bytes in hexadecimal. */
  readonly bytes: string;
  /** Intel syntax. */
  readonly text: string;
  /** Name of the function that starts here, where the image has symbols. */
  readonly symbol?: string;
}

/** Figures of one interrupt vector of one VM. */
export interface VectorSummary {
  readonly name: string;
  readonly posted: number;
  readonly delivered: number;
  readonly pending: number;
}

/** What a VM's register page says; times in nanoseconds, the speed in thousands of instructions a second. */
export interface VirtualRegisters {
  readonly cpuSpeed: number;
  readonly memorySize: number;
  readonly systemTime: number;
  readonly wallClock: number;
  readonly interruptsEnabled: number;
  readonly interruptsPending: number;
  readonly interruptHandler: number;
  readonly interruptsDelivered: number;
  readonly diskCount: number;
  readonly argumentCount: number;
}

/** Frames from one Ethernet address to another. */
export interface FlowSummary {
  /** `02:44:4e:00:00:01` */
  readonly source: string;
  readonly destination: string;
  /** The VMs that these addresses were given to; left out for a group's address and for addresses from outside. */
  readonly from?: number;
  readonly to?: number;
  readonly frames: number;
  readonly bytes: number;
}

/** One emulated Ethernet. */
export interface NetworkSummary {
  readonly name: string;
  /** Interfaces plugged in. */
  readonly ports: number;
  readonly frames: number;
  readonly bytes: number;
  readonly drops: number;
}

/** The swap file from its start to its end, in equal parts. */
export interface SwapMap {
  /** Size of the file as far as it is reserved or holds data. */
  readonly bytes: number;
  readonly regions: number;
  /** Share of each part that is reserved for VMs, 0 to 1. */
  readonly reserved: readonly number[];
  /** Share of each part that holds data of VMs now. */
  readonly stored: readonly number[];
}

/** What of the machine as a whole is not in the instrument panel. */
export interface MachineInspection {
  /** VMs that are ready, and VMs that wait for memory: the first of each queue, the first in line first. */
  readonly runQueue: readonly number[];
  readonly gatekeeperQueue: readonly number[];
  readonly swapMap: SwapMap;
  readonly networks: readonly NetworkSummary[];
  /** The largest ones, largest first. */
  readonly flows: readonly FlowSummary[];
}

/** Everything about one VM that is not in the instrument panel. */
export interface VmInspection {
  readonly id: number;
  readonly row: number;
  readonly name: string;
  readonly image: string;
  readonly state: VmStateName;
  /** EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI as unsigned numbers. */
  readonly registers: readonly number[];
  readonly eip: number;
  readonly eflags: number;
  /** Around EIP. */
  readonly disassembly: readonly DisassemblyLine[];
  readonly vectors: readonly VectorSummary[];
  /** Undefined while the VM is not in core: whether it takes interrupts is not known then, either. */
  readonly virtualRegisters?: VirtualRegisters;
  /** `02:44:4e:00:00:01` */
  readonly macAddress: string;
  readonly network: string;
  readonly arguments: readonly string[];
  readonly disks: readonly DiskSpec[];
  /** What executes its code; not in recordings that were made before VMs had a choice. */
  readonly engine?: EngineName;
  /** System time at which all this was so. */
  readonly time: number;
  /** System time at which the idle timeout or the timer is due, whichever comes first; undefined for never. */
  readonly wakesAt?: number;
  readonly fault?: FaultSummary;
  /** Exit status, once terminated. */
  readonly status?: number;
  /** Last characters of the console. */
  readonly consoleTail: string;
}

/** Console output of a VM from a position on. */
export interface ConsoleChunk {
  /** Position of the first byte of `bytes` in everything the VM ever printed; later than asked for when some was dropped. */
  readonly position: number;
  readonly bytes: Uint8Array;
  /** True when the VM has ended and nothing will follow. */
  readonly ended: boolean;
}

/** Something an operator should know, kept in a short list. */
export interface KernelNotice {
  /** Counted from 0 over the kernel's life. */
  readonly index: number;
  /** Kernel time in nanoseconds. */
  readonly time: number;
  /** An error is the host's: something an operator has to mend. */
  readonly severity: "information" | "warning" | "error";
  /** One line. */
  readonly text: string;
  /** Several lines that say more, for a terminal or a log. */
  readonly report?: string;
}

/** The calls. A refused one throws a `UserError` of one line and has changed nothing. */
export interface KernelCommands {
  /** Creates VMs; answers their ids, in order. */
  spawn(spec: VmSpec): number[] | Promise<number[]>;
  /**
   * Creates the VMs of several requests, all or none; answers their ids, in order.
   * @param places what a refusal begins with, of each request
   */
  spawnAll(specs: readonly VmSpec[], places?: readonly string[]): number[] | Promise<number[]>;
  pause(id: number): void | Promise<void>;
  resume(id: number): void | Promise<void>;
  /** Ends a VM at once; it becomes `terminated` with status 137 (128 + SIGKILL, as a shell would say). */
  kill(id: number): void | Promise<void>;
  /** Forgets a VM that has ended. */
  reap(id: number): void | Promise<void>;
  setQuantum(quantum: Quantum): void | Promise<void>;
  setPolicy(name: string): void | Promise<void>;
  /** @param bytes memory of all VMs that may be in core at once */
  setMemoryBudget(bytes: number): void | Promise<void>;
  /** @param mode one of `INTERRUPT_MODES` of modes.ts */
  setInterruptMode(mode: string): void | Promise<void>;
  /** @param mode one of `IDLE_MODES` of modes.ts */
  setIdleMode(mode: string): void | Promise<void>;
  setTickets(id: number, tickets: number): void | Promise<void>;
  /** Types on a VM's keyboard; answers how many bytes its queue took. */
  type(id: number, bytes: Uint8Array): number | Promise<number>;
  inspect(id: number): VmInspection | Promise<VmInspection>;
  /** @param cells parts of the swap file's map */
  inspectMachine(cells: number): MachineInspection | Promise<MachineInspection>;
  /** At most `MAXIMUM_MEMORY_READ` bytes; refused while the VM is not in core. */
  readMemory(id: number, address: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** The first address from `from` on, and then from 0, where the bytes are. */
  searchMemory(id: number, pattern: Uint8Array, from: number): number | undefined | Promise<number | undefined>;
  /** Instructions before and after an address of the VM's text. */
  disassemble(
    id: number,
    address: number,
    before: number,
    after: number,
  ): DisassemblyLine[] | Promise<DisassemblyLine[]>;
  /** @param position first byte wanted, counted from the VM's first */
  readConsole(id: number, position: number): ConsoleChunk | Promise<ConsoleChunk>;
  images(): ImageSummary[] | Promise<ImageSummary[]>;
  /** Notices numbered `after` and later, oldest first. */
  notices(after: number): KernelNotice[] | Promise<KernelNotice[]>;
}
