/** What every part of the kernel shares. */

import type { Clock } from "../clock.js";
import type { Quantum } from "../commands.js";
import type { InstrumentPanel } from "../instruments.js";
import type { IdleMode, InterruptMode } from "../modes.js";
import type { Notices } from "../notices.js";
import type { TaskLinks } from "../sched/policy.js";
import type { TimerQueue } from "../timers.js";
import type { Vm } from "../vm/vm.js";
import type { VmTable } from "../vm/vm-table.js";

/** What an operator can change while guests run. */
export interface Settings {
  quantum: Quantum;
  /** Bytes of VM memory in core at once. */
  memoryBudget: number;
  interrupts: InterruptMode;
  idle: IdleMode;
}

export interface Core {
  readonly clock: Clock;
  readonly timers: TimerQueue;
  readonly panel: InstrumentPanel;
  readonly notices: Notices;
  readonly vms: VmTable;
  /** Of the queues in which VMs wait for the CPU, for memory, or for nothing. */
  readonly links: TaskLinks<Vm>;
  readonly settings: Settings;
}
