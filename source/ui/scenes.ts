/** The tour's scenes: what each does to the machine, and what it says. */

import type { KernelClient } from "../host/client.js";
import type { MachineFigures } from "../host/figures.js";
import type { VmSpec } from "../kernel/index.js";
import { TOUR_BUDGET } from "./params.js";
import type { ViewId } from "./views.js";

/** Something that happens in a scene. */
export interface SceneStep {
  /** Seconds of the kernel's clock after the scene began. */
  readonly at: number;
  /** What is said from then on: what was done, and what to look at. */
  readonly text: readonly string[];
  /** VMs that are started; they end with the scene. */
  readonly spawn?: readonly VmSpec[];
  readonly act?: (client: KernelClient, machine: MachineFigures) => Promise<void>;
}

export interface Scene {
  readonly title: string;
  readonly view: ViewId;
  /** True to have what it starts at the top of the table. */
  readonly newestFirst?: boolean;
  readonly steps: readonly SceneStep[];
}

export const SCENES: readonly Scene[] = [
  {
    title: "Isolation",
    view: "fleet",
    newestFirst: true,
    steps: [
      {
        at: 0,
        spawn: [{ image: "hostile-memory" }, { image: "hostile-privileged" }, { image: "hostile-jump" }],
        text: [
          "Three hostile guests were started: one writes outside of its memory, one executes a",
          "privileged instruction, one jumps into data. Each is ended alone, by name: see the first",
          "lines of the table, and with Enter the instruction that did it. Nobody else notices.",
        ],
      },
    ],
  },
  {
    title: "Idle with timeout",
    view: "history",
    steps: [
      {
        at: 0,
        spawn: [{ image: "ticker", count: 20, arguments: ["200"] }],
        text: [
          "Twenty guests tick five times a second and idle in between: they leave the CPU until an",
          "interrupt or their timeout, so all of them together cost next to nothing. In five seconds",
          "they will have to do without that instruction.",
        ],
      },
      {
        at: 5,
        act: (client) => client.setIdleMode("spin"),
        text: [
          "Now they spin, as an operating system's idle loop does: each uses up its quantum waiting.",
          "See the mark on the graphs: the CPU is busy with nothing, and whoever computes gets less.",
          "In eight seconds they may yield again.",
        ],
      },
      {
        at: 13,
        act: (client) => client.setIdleMode("yield"),
        text: ["They yield again: the second mark. Denali measured more than twice the throughput."],
      },
    ],
  },
  {
    title: "Batched interrupts",
    view: "interrupts",
    steps: [
      {
        at: 0,
        spawn: [{ image: "pong" }, { image: "ping", count: 6, arguments: ["20"] }, { image: "primes", count: 2 }],
        text: [
          "Guests that send each other frames, and two that compute. An interrupt only sets a bit; all",
          "that are pending are delivered together when the VM next runs. See how many come in a",
          "delivery. In six seconds each interrupt will take the CPU at once.",
        ],
      },
      {
        at: 6,
        act: (client) => client.setInterruptMode("immediate"),
        text: [
          "Immediate now: they wait less, but every one switches to its VM (4: turns interrupted).",
          "In eight seconds they are batched again.",
        ],
      },
      {
        at: 14,
        act: (client) => client.setInterruptMode("batched"),
        text: ["Batched again. Denali measured up to 30 % more web throughput with it."],
      },
    ],
  },
  {
    title: "Swapping",
    view: "swap",
    steps: [
      {
        at: 0,
        spawn: [{ image: "ticker", count: 60, arguments: ["500"] }],
        act: (client) => client.setMemoryBudget(TOUR_BUDGET),
        text: [
          "Sixty more guests, and a memory budget that holds a part of them: the gatekeeper swaps whole",
          "VMs out, those idle for longest first, and brings them back when an interrupt or a timeout",
          "wakes them. See the swap file fill, and who waits for memory. No interrupt is lost.",
        ],
      },
    ],
  },
  {
    title: "The quantum",
    view: "scheduler",
    steps: [
      {
        at: 0,
        spawn: [{ image: "primes", count: 3 }],
        act: (client) => client.setQuantum({ nanoseconds: 50e6 }),
        text: [
          "Three guests that compute, and a quantum of 50 ms: long turns, few switches, and whoever",
          "wakes waits for the end of one. In six seconds it will be 1 ms.",
        ],
      },
      {
        at: 6,
        act: (client) => client.setQuantum({ nanoseconds: 1e6 }),
        text: [
          "1 ms: short turns, many switches (their cost is the kernel's share). { and } show less and",
          "more time. [ and ] change the quantum, t everything else. That was the tour: u ends it.",
        ],
      },
    ],
  },
];
