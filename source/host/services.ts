/** What the host does for a kernel in the kernel's own thread: files and sockets that the kernel itself knows nothing of. */

import { type Kernel, UserError } from "../kernel/index.js";
import type { BackgroundTranslator } from "./background-translator.js";
import { Capture } from "./capture.js";
import type { CaptureSummary } from "./client.js";
import type { HostUplink } from "./uplink.js";
import { NO_UPLINK, type UplinkStatus } from "./uplink-figures.js";
import { isCourtesy, isEmptyPlan, type UplinkPlan } from "./uplink-plan.js";

export class Services {
  readonly #translator: BackgroundTranslator | undefined;
  #capture: Capture | undefined;
  #uplink: HostUplink | undefined;
  /** The ends of captures, as long as their files are still written. */
  #stopping: Promise<unknown> = Promise.resolve();

  /**
   * @param translator ended with the rest
   * @param virtual whether the kernel runs in virtual time
   */
  constructor(
    private readonly kernel: Kernel,
    translator?: BackgroundTranslator,
    private readonly virtual = false,
  ) {
    this.#translator = translator;
  }

  /** In the place of one that has stopped. @throws UserError where a capture is under way, or the file cannot be made */
  async startCapture(path: string, id?: number): Promise<void> {
    if (this.#capture?.hasStopped) await this.stopCapture().catch(() => {});
    if (this.#capture) throw new UserError("traffic is being captured already; stop that first");
    const vm = id === undefined ? undefined : this.#vm(id);
    const capture = new Capture(path, {
      vm,
      synchronous: this.virtual,
      onStop: (text) => {
        if (this.#capture === capture) this.kernel.capture(undefined);
        this.kernel.complain(text);
      },
      onLoss: (text) => this.kernel.complain(text),
    });
    this.#capture = capture;
    this.kernel.capture(capture.add);
  }

  /** Undefined where nothing was captured. @throws UserError with what stopped the capture earlier */
  async stopCapture(): Promise<CaptureSummary | undefined> {
    const capture = this.#capture;
    if (!capture) return undefined;
    this.#capture = undefined;
    this.kernel.capture(undefined);
    const stopped = capture.stop();
    this.#stopping = Promise.all([this.#stopping, stopped.catch(() => {})]);
    return stopped;
  }

  /** @throws UserError in virtual time, where nothing can come from outside, and where a port cannot be had */
  async openUplink(plan: UplinkPlan): Promise<void> {
    if (isEmptyPlan(plan)) return;
    if (this.virtual) {
      if (isCourtesy(plan)) return;
      throw new UserError(
        "in virtual time nothing comes from outside; leave out --publish, --allow-outbound and --control",
      );
    }
    if (this.#uplink) throw new UserError("ports are published already");
    // Loaded when it is of use: sockets take a fiftieth of a second to get ready.
    const { HostUplink } = await import("./uplink.js");
    this.#uplink = await HostUplink.open(this.kernel, plan);
  }

  uplinkStatus(): UplinkStatus {
    return this.#uplink?.status() ?? NO_UPLINK;
  }

  /** Ends everything. What stopped a capture that nobody ended is not told. */
  async close(): Promise<void> {
    await this.#translator?.close();
    await this.#uplink?.close();
    if (this.#capture) await this.stopCapture().catch(() => {});
    await this.#stopping;
  }

  #vm(id: number) {
    const { name, macAddress, network } = this.kernel.inspect(id);
    return { name, mac: macAddress, network };
  }
}
