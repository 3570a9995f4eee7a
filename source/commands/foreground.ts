/** A kernel with one VM, whose console is our output: the machine behind `denali exec`. */

import { LocalClient } from "../host/local-client.js";
import { describeFault, type KernelOptions, UserError, type VmSpec } from "../kernel/index.js";
import { ExitStatus } from "./failure.js";
import type { Keyboard } from "./keyboard.js";
import type { Output } from "./output.js";

export class Foreground {
  readonly client: LocalClient;
  readonly #output: Output;
  /** Whether the reader of the output is waited for. */
  #waits = false;
  #id = 0;
  #ended = false;
  #onEnd: (() => void) | undefined;

  /** @throws UserError when the kernel cannot be booted so */
  constructor(options: Partial<KernelOptions>, output: Output) {
    this.#output = output;
    this.client = new LocalClient({ ...options, onConsole: (_, bytes) => this.#print(bytes) }, () => {
      this.#ended = true;
      this.#onEnd?.();
    });
  }

  /** A VM that prints faster than its reader reads waits, as a program of the host would. */
  #print(bytes: Uint8Array): void {
    this.#output.write(bytes);
    if (this.#waits || !this.#output.isFull) return;
    this.#waits = true;
    // In virtual time whoever runs the kernel waits, step by step.
    this.client.hold();
    this.#output.ready().then(
      () => {
        this.#waits = false;
        this.client.release();
      },
      () => {}, // Nobody reads any more, which ends the command.
    );
  }

  async start(spec: VmSpec): Promise<void> {
    [this.#id] = await this.client.spawn(spec);
  }

  /** Real time: waits until the VM has ended, typing on its keyboard meanwhile. */
  async untilEnded(keyboard: Keyboard, interrupted: Promise<never>): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
      if (this.#ended) resolve();
    });
    const fed = keyboard.feed(this.#type).then(() => ended);
    await Promise.race([ended, fed, interrupted, this.client.stopped]);
  }

  /**
   * Virtual time: runs the VM until it has ended.
   * @throws UserError when it waits for something that can never come
   */
  async runToEnd(keyboard: Keyboard | undefined, signal: AbortSignal): Promise<void> {
    await keyboard?.pump(this.#type);
    while (!this.#ended) {
      const lives = await this.client.step(signal);
      await this.#output.ready(signal);
      // All input has been read: where none of it could be typed either, nothing can change any more.
      const typed = await keyboard?.pump(this.#type);
      if (lives || this.#ended || typed) continue;
      const { name } = await this.client.inspect(this.#id);
      const why = keyboard?.holdsSome
        ? "nothing can wake it, and it does not read its input; have its code read that, or set a timeout"
        : "nothing can wake it; give it input, or a timeout in its code";
      throw new UserError(`${name} waits for ever: ${why}`);
    }
  }

  /** Says how the VM ended and answers the exit status. */
  async conclude(): Promise<number> {
    const { name, fault, status = 0 } = await this.client.inspect(this.#id);
    await this.#tellDefects(fault?.report);
    if (!fault) return status & 0xff;
    process.stderr.write(`denali: ${name} crashed: ${describeFault(fault)}\n`);
    if (fault.report !== undefined) process.stderr.write(`${fault.report}\n`);
    return ExitStatus.CRASHED;
  }

  /** Says what of denali's own has to be mended: the VM did well in spite of it. @param told a report that is told anyway */
  async #tellDefects(told: string | undefined): Promise<void> {
    for (const { severity, text, report } of await this.client.notices(0)) {
      if (severity !== "error" || report === undefined || report === told) continue;
      process.stderr.write(`denali: ${text}\n${report}\n`);
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** A VM that has ended takes everything and notices nothing. */
  readonly #type = async (bytes: Uint8Array): Promise<number> => {
    return this.#ended ? bytes.length : this.client.type(this.#id, bytes);
  };
}
