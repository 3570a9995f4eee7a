/**
 * The instrument panel: every figure that the kernel keeps, in shared memory, column by column.
 *
 * The kernel counts straight into the panel, so a reader on another thread sees every figure live and costs the kernel
 * nothing; a reader looks only at the rows it shows. One row is one VM slot. A slot is used again after its VM was
 * reaped, so readers tell VMs apart by the `id` column (0: no VM in this row), never by the row.
 *
 * Contract: only the kernel's thread writes. Numbers are doubles, 8-byte aligned, and are never seen torn; a row as a
 * whole may be seen between two updates. Times are nanoseconds of the kernel's clock.
 */

import { INTERRUPT_NAMES, NAME_SIZE, VM_STATE_NAMES } from "./abi.js";
import { TRACE_SLICES } from "./params.js";
import { TRACE_FIELDS, Trace } from "./trace.js";

/** Figures kept for each VM. The order is the layout. */
export const VM_COLUMNS = [
  /** VM number, 0 in a free row. */
  "id",
  /** Number of the state, see `VmState` in abi.ts. */
  "state",
  /** Time of creation. */
  "createdAt",
  /** Time the VM ended, 0 before. */
  "endedAt",
  /** Nanoseconds of CPU time used. */
  "cpuTime",
  /** Nanoseconds the VM was ready to run and another ran, or it waited for memory. */
  "readyTime",
  /** Nanoseconds the VM was idle. */
  "idleTime",
  /** Since when the VM is in its present state; with the three times above, figures need no update while nothing changes. */
  "stateSince",
  /** 1 while a VM that is out of core, or on its way, wants the CPU: its state alone does not say where its time is charged. */
  "wantsIn",
  /** Guest instructions retired. */
  "instructions",
  /** Of them, those that translated code executed; the others were interpreted. */
  "translatedInstructions",
  /** Nanoseconds of the kernel's clock that the image's translation took, made or loaded; 0 in virtual time. */
  "translationTime",
  /** 1 when the image's translation had been made earlier and kept. */
  "translationKept",
  /** Quanta or parts of quanta run. */
  "slices",
  "interruptsPosted",
  "interruptsDelivered",
  /** Posted and not yet delivered; 0 once the VM has ended, which takes none any more. */
  "interruptsPending",
  /** Deliveries; posted divided by this is the mean batch. */
  "interruptBatches",
  /** Bitmask of vectors pending. */
  "pendingMask",
  /** Bytes of memory, fixed at creation. */
  "memorySize",
  /** Bytes of memory held in core: `memorySize` or 0. */
  "resident",
  "swapIns",
  "swapOuts",
  /** Bytes of the swap region that hold data now. */
  "swappedBytes",
  /** Frames that came into the receive queue: also those that were lost from it later, to make room for another sender's. */
  "rxPackets",
  "txPackets",
  /** Of the same frames. */
  "rxBytes",
  "txBytes",
  /** Packets lost: a full queue, a refused source address, no such destination. */
  "drops",
  /** Packets waiting in the receive queue. */
  "rxQueued",
  "diskReads",
  "diskWrites",
  /** Bytes ever written to the console. */
  "consoleBytes",
  /** Exit status, meaningful once terminated. */
  "status",
  /** Lottery tickets. */
  "tickets",
  /** Times the VM was admitted by the gatekeeper. */
  "admissions",
] as const;
export type VmColumn = (typeof VM_COLUMNS)[number];

/** Least sizes of the classes that deliveries are counted in. */
export const BATCH_SIZES = [1, 2, 3, 5, 9, 17] as const;

type VectorFigure<Kind extends string> = `${Kind}:${(typeof INTERRUPT_NAMES)[number]}`;

function vectorFigures<Kind extends string>(kind: Kind): VectorFigure<Kind>[] {
  return INTERRUPT_NAMES.map((name) => `${kind}:${name}` as VectorFigure<Kind>);
}

/** Figures kept once. The order is the layout. */
export const KERNEL_FIGURES = [
  /** The kernel's clock. */
  "time",
  /** One past the last row ever used: readers need look no further. */
  "rows",
  /** Raised when a VM is created, ends or is reaped. */
  "population",
  /** Nanoseconds; 0 while the quantum is a number of instructions. */
  "quantum",
  /** Instructions; 0 while the quantum is a time. */
  "quantumInstructions",
  /** Number of the policy in `POLICY_NAMES` of sched/policy.ts. */
  "policy",
  /** Bytes of VM memory that may be in core at once. */
  "memoryBudget",
  /** Bytes of VM memory in core. */
  "memoryResident",
  /** Nanoseconds in which some guest ran, all CPUs together. */
  "busyTime",
  /** Nanoseconds in which the kernel's thread worked and ran no guest, measured in real time only. */
  "kernelTime",
  "instructions",
  "contextSwitches",
  "interruptsPosted",
  "interruptsDelivered",
  "interruptBatches",
  "packetsSwitched",
  "bytesSwitched",
  "packetsDropped",
  /** 1 while the frames that are moved are written to a file. */
  "capturing",
  "swapIns",
  "swapOuts",
  "swapBytesIn",
  "swapBytesOut",
  /** Transfers under way. */
  "swapsUnderWay",
  /** Bytes reserved in the swap file. */
  "swapReserved",
  /** VMs that wait for the gatekeeper. */
  "gatekeeperQueue",
  /** VMs ready to run. */
  "runQueue",
  /** VMs in each state, in the order of `VM_STATE_NAMES`. */
  ...(VM_STATE_NAMES.map((name) => `vms:${name}`) as `vms:${(typeof VM_STATE_NAMES)[number]}`[]),
  /** Number of the mode in `INTERRUPT_MODES` and `IDLE_MODES` of modes.ts. */
  "interruptMode",
  "idleMode",
  /**
   * By vector: interrupts posted, delivered, and discarded since their VM ended before it took them (the others are pending);
   * deliveries it was part of, nanoseconds from the first post to delivery.
   */
  ...vectorFigures("posted"),
  ...vectorFigures("delivered"),
  ...vectorFigures("discarded"),
  ...vectorFigures("batches"),
  ...vectorFigures("waited"),
  /** Deliveries by how many interrupts they brought: from this number up to the next. */
  ...(BATCH_SIZES.map((size) => `batch:${size}`) as `batch:${(typeof BATCH_SIZES)[number]}`[]),
  /** Slices ever written to the trace. */
  "slices",
  /** CPUs that guests run on. */
  "cpus",
] as const;
export type KernelFigure = (typeof KERNEL_FIGURES)[number];

const DOUBLE = 8;

/** Columns by name, each one double a row. */
export type VmColumns = Readonly<Record<VmColumn, Float64Array>>;

/** Columns and names that are not in a panel's own memory: those of a copy, which may share them with other copies. */
interface HeldColumns {
  readonly vm: VmColumns;
  readonly names: Uint8Array;
}

/** A panel over shared memory. `new InstrumentPanel(capacity)` makes one, `InstrumentPanel.attach` opens it elsewhere. */
export class InstrumentPanel {
  /** Columns of per-VM figures: `panel.vm.instructions[row]`. */
  readonly vm: VmColumns;
  /** Figures kept once, by {@link FIGURE}: for those counted at every switch, where `add` would be half of the cost. */
  readonly figures: Float64Array;
  /** Who had the CPU when. */
  readonly trace: Trace;
  readonly #names: Uint8Array;

  /**
   * @param capacity rows, one a VM. Rows that are never used cost address space only.
   * @param traceSlices slices that the trace holds; none in a copy that is kept for the figures alone
   * @param held columns and names that stand elsewhere
   */
  constructor(
    readonly capacity: number,
    traceSlices: number = TRACE_SLICES,
    readonly memory = new SharedArrayBuffer(InstrumentPanel.size(capacity, traceSlices)),
    held?: HeldColumns,
  ) {
    this.figures = new Float64Array(memory, 0, KERNEL_FIGURES.length);
    let offset = KERNEL_FIGURES.length * DOUBLE;
    this.trace = new Trace(new Float64Array(memory, offset, TRACE_FIELDS * traceSlices));
    offset += TRACE_FIELDS * traceSlices * DOUBLE;
    const columns = {} as Record<VmColumn, Float64Array>;
    for (const column of held ? [] : VM_COLUMNS) {
      columns[column] = new Float64Array(memory, offset, capacity);
      offset += capacity * DOUBLE;
    }
    this.vm = held?.vm ?? columns;
    this.#names = held?.names ?? new Uint8Array(memory, offset, capacity * NAME_SIZE * 2);
  }

  /** Opens a panel that another thread made. */
  static attach(memory: SharedArrayBuffer, capacity: number): InstrumentPanel {
    return new InstrumentPanel(capacity, TRACE_SLICES, memory);
  }

  /**
   * The first rows as they are now; of the trace all or nothing.
   * @param before an earlier copy, with which it shares the columns in which nothing has changed: in most fleets most of them
   */
  copy(rows: number, withTrace: boolean, before?: InstrumentPanel): InstrumentPanel {
    const vm = {} as Record<VmColumn, Float64Array>;
    for (const column of VM_COLUMNS) {
      const earlier = before?.vm[column];
      vm[column] = earlier && isSame(this.vm[column], earlier, rows) ? earlier : this.vm[column].slice(0, rows);
    }
    const names = before && vm.id === before.vm.id ? before.#names : this.#names.slice(0, rows * NAME_SIZE * 2);
    const slices = withTrace ? this.trace.length : 0;
    const copy = new InstrumentPanel(rows, slices, new SharedArrayBuffer(InstrumentPanel.size(0, slices)), {
      vm,
      names,
    });
    copy.figures.set(this.figures);
    if (withTrace) copy.trace.copy(this.trace);
    return copy;
  }

  /** Bytes that a panel takes which shares nothing. */
  static size(capacity: number, traceSlices: number): number {
    const once = (KERNEL_FIGURES.length + TRACE_FIELDS * traceSlices) * DOUBLE;
    return once + capacity * (VM_COLUMNS.length * DOUBLE + NAME_SIZE * 2);
  }

  get(figure: KernelFigure): number {
    return this.figures[FIGURE[figure]];
  }

  set(figure: KernelFigure, value: number): void {
    this.figures[FIGURE[figure]] = value;
  }

  add(figure: KernelFigure, amount: number): void {
    this.figures[FIGURE[figure]] += amount;
  }

  /** The VM's name in a row. */
  name(row: number): string {
    return this.#text(row * 2);
  }

  /** The name of the image in a row. */
  image(row: number): string {
    return this.#text(row * 2 + 1);
  }

  /** Both names of a row as they are kept, to be put into another panel. */
  namesOf(row: number): Uint8Array {
    return this.#names.slice(row * 2 * NAME_SIZE, (row + 1) * 2 * NAME_SIZE);
  }

  setNames(row: number, names: Uint8Array): void {
    this.#names.set(names.subarray(0, 2 * NAME_SIZE), row * 2 * NAME_SIZE);
  }

  /** Clears a row and gives it names, each cut to what fits {@link NAME_SIZE}. */
  open(row: number, name: string, image: string): void {
    for (const column of VM_COLUMNS) this.vm[column][row] = 0;
    this.#setText(row * 2, name);
    this.#setText(row * 2 + 1, image);
  }

  #text(cell: number): string {
    const bytes = this.#names.slice(cell * NAME_SIZE, (cell + 1) * NAME_SIZE);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  #setText(cell: number, text: string): void {
    const field = new Uint8Array(NAME_SIZE);
    new TextEncoder().encodeInto(text, field.subarray(0, NAME_SIZE - 1));
    this.#names.set(field, cell * NAME_SIZE);
  }
}

function isSame(column: Float64Array, earlier: Float64Array, rows: number): boolean {
  if (earlier.length !== rows) return false;
  for (let row = 0; row < rows; row++) if (column[row] !== earlier[row]) return false;
  return true;
}

/** Place of a vector's figure of a kind. */
export function vectorFigure(kind: keyof typeof FIRST_VECTOR_FIGURE, vector: number): number {
  return FIRST_VECTOR_FIGURE[kind] + vector;
}

/** Place of the figure that counts deliveries of so many interrupts. */
export function batchFigure(size: number): number {
  let place = BATCH_SIZES.length - 1;
  while (BATCH_SIZES[place] > size && place > 0) place--;
  return FIGURE["batch:1"] + place;
}

/** Places of the figures in {@link InstrumentPanel.figures}. */
export const FIGURE = Object.fromEntries(KERNEL_FIGURES.map((figure, index) => [figure, index])) as Record<
  KernelFigure,
  number
>;

const FIRST_VECTOR_FIGURE = {
  posted: FIGURE["posted:timer"],
  delivered: FIGURE["delivered:timer"],
  discarded: FIGURE["discarded:timer"],
  batches: FIGURE["batches:timer"],
  waited: FIGURE["waited:timer"],
};
