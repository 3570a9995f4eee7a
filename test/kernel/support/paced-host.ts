/** A kernel in real time on a host that is exactly as fast as a test says, however fast the one is that the test runs on. */

import { vi } from "vitest";
import type { Kernel, KernelOptions } from "../../../source/kernel/index.js";
import { boot } from "../boot.js";

/** Time passes by the instructions that guests execute, and while nobody has anything to do. */
export class PacedHost {
  readonly kernel: Kernel;
  /** Instructions a millisecond, from now on. */
  speed: number;
  #milliseconds = 0;
  #instructions = 0;

  /** Whoever makes one restores all mocks afterwards. */
  constructor(speed: number, options: Partial<KernelOptions> = {}) {
    this.speed = speed;
    vi.spyOn(performance, "now").mockImplementation(() => this.#now());
    this.kernel = boot({ clock: "real", engine: "interpreter", ...options });
  }

  /** Runs until a condition holds. @throws where that takes longer than so many seconds of this host */
  runUntil(holds: () => boolean, seconds: number): void {
    for (const end = this.#milliseconds + seconds * 1000; !holds(); ) {
      if (!(this.#milliseconds <= end)) throw new Error(`it has not come to pass within ${seconds} s: ${holds}`);
      // Time passes in the step, too.
      const wait = this.kernel.step();
      this.#milliseconds += wait / 1e6;
    }
  }

  runFor(milliseconds: number): void {
    const end = this.#milliseconds + milliseconds;
    this.runUntil(() => this.#milliseconds >= end, milliseconds / 100);
  }

  #now(): number {
    // The clock is read before there is a kernel.
    const instructions = (this.kernel as Kernel | undefined)?.panel.get("instructions") ?? 0;
    this.#milliseconds += (instructions - this.#instructions) / this.speed;
    this.#instructions = instructions;
    return this.#milliseconds;
  }
}
