/** What every part of the kernel shares. */

import type { Clock } from "../clock.js";
import type { Quantum } from "../commands.js";
import type { InstrumentPanel } from "../instruments.js";
import type { IdleMode, InterruptMode } from "../modes.js";
import type { Notices } from "../notices.js";
import type { TimerQueue } from "../timers.js";
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
  readonly settings: Settings;
}
