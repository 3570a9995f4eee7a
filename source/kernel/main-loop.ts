/**
 * The kernel's main loop: fire what is due, move packets, let the gatekeeper work, run a VM for a quantum. In real time the
 * host calls {@link MainLoop.step} over and over; in virtual time {@link MainLoop.runUntil} runs at once to a moment.
 */

import type { Parts } from "./boot.js";
import { FIGURE } from "./instruments.js";
import { HOST_SLICE } from "./params.js";

export class MainLoop {
  readonly #parts: Parts;
  /** When the last step ended, if there was more to do at once; undefined while the thread may be waiting. */
  #workLeftAt: number | undefined;
  /** Events were attended to, and the time was over before anybody was dispatched: virtual time passes while frames are carried. */
  #attended = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Works for about `HOST_SLICE`, or until there is nothing to do.
   * @returns nanoseconds until there is something to do: 0 for at once, Infinity when only an outside event can bring it
   */
  step(): number {
    const { core, accounting, dispatcher, otherCpus } = this.#parts;
    const { clock, panel, timers } = core;
    if (clock.virtual) return this.runUntil(clock.now() + HOST_SLICE) ? 0 : Number.POSITIVE_INFINITY;
    const started = clock.now();
    // Whoever has the CPU waited meanwhile, while the thread attended to completions, commands and sockets for the kernel.
    dispatcher.chargeCurrent(started);
    accounting.stepping = true;
    panel.add("kernelTime", started - (this.#workLeftAt ?? started));
    const ownBefore = accounting.ownTime;
    otherCpus?.endWaiting();
    const deadline = started + HOST_SLICE;
    let now = started;
    let worked = true;
    while (worked && now < deadline) {
      worked = this.#turn(deadline);
      now = clock.now();
    }
    dispatcher.chargeCurrent(now);
    otherCpus?.chargeAll(now);
    accounting.stepping = false;
    panel.set("time", now);
    panel.add("kernelTime", Math.max(0, now - started - (accounting.ownTime - ownBefore)));
    const wait = worked || otherCpus?.beginWaiting() === false ? 0 : Math.max(0, timers.next - now);
    this.#workLeftAt = wait === 0 ? now : undefined;
    return wait;
  }

  /**
   * Virtual time only: runs until the clock reads `time` nanoseconds.
   * @returns false when there is nothing more to do, now or later, unless somebody asks for it
   */
  runUntil(time: number): boolean {
    const { clock, panel, timers } = this.#parts.core;
    let worked = true;
    while (clock.now() < time) {
      worked = this.#turn(time);
      if (!worked) clock.advanceTo(Math.min(time, timers.next));
    }
    panel.set("time", clock.now());
    return worked || timers.size > 0;
  }

  /** One dispatch, and before a new one what has become due; false when there is nothing to do. */
  #turn(hostDeadline: number): boolean {
    const { core, dispatcher, otherCpus, scheduler } = this.#parts;
    if (!dispatcher.current) {
      const moved = this.#attended || this.#attendEvents();
      // Whoever is dispatched next does not depend on how often the host looks.
      this.#attended = core.clock.virtual && core.clock.now() >= hostDeadline;
      if (this.#attended) return true;
      otherCpus?.deal();
      const vm = scheduler.next();
      core.panel.figures[FIGURE.runQueue] = scheduler.waitingCount;
      if (!vm) return moved;
      if (scheduler.pay(vm)) return true;
      dispatcher.begin(vm);
    }
    dispatcher.run(hostDeadline);
    return true;
  }

  /** Fires timers, moves packets, lets the gatekeeper work; true when that may have made more to do. */
  #attendEvents(): boolean {
    const { core, gatekeeper, lifecycle, otherCpus, scheduler } = this.#parts;
    const { networks } = lifecycle;
    otherCpus?.meet();
    core.timers.fireDue(core.clock.now());
    const moved = networks.hasTraffic;
    if (moved) networks.drain(scheduler.debts.mayWork(scheduler.waitingCount > 0));
    const more = gatekeeper.advance();
    return moved || more;
  }
}
