/** What the host does for a kernel in the kernel's own thread: files and sockets that the kernel itself knows nothing of. */

import { type Kernel, UserError } from "../kernel/index.js";
import { Capture } from "./capture.js";
import type { CaptureSummary } from "./client.js";

export class Services {
  #capture: Capture | undefined;

  /** @param virtual whether the kernel runs in virtual time */
  constructor(
    private readonly kernel: Kernel,
    private readonly virtual = false,
  ) {}

  /** @throws UserError where a capture is under way, or the file cannot be made */
  startCapture(path: string, id?: number): void {
    if (this.#capture) throw new UserError("traffic is being captured already; stop that first");
    this.#capture = new Capture(path, id === undefined ? undefined : this.#vm(id), this.virtual);
    this.kernel.capture(this.#capture.add);
  }

  /** @throws UserError where nothing is captured, or with what stopped the capture earlier */
  async stopCapture(): Promise<CaptureSummary> {
    const capture = this.#capture;
    if (!capture) throw new UserError("no traffic is being captured");
    this.#capture = undefined;
    this.kernel.capture(undefined);
    return capture.stop();
  }

  /** Ends everything. What stopped a capture that nobody ended is not told. */
  async close(): Promise<void> {
    if (this.#capture) await this.stopCapture().catch(() => {});
  }

  #vm(id: number) {
    const { name, macAddress, network } = this.kernel.inspect(id);
    return { name, mac: macAddress, network };
  }
}
