/**
 * What the operator asks of the kernel. Every call returns at once; the kernel's answer, or its refusal, arrives later as
 * one line in the message bar.
 */

import type { KernelClient } from "../host/client.js";
import { UserError, type VmSpec } from "../kernel/index.js";
import type { Message, Target } from "./state.js";

export class Operator {
  constructor(
    readonly client: KernelClient,
    private readonly say: (message: Message) => void,
  ) {}

  /** Runs a command; says `done` when it was carried out and why when it was not. `settled` is called in both cases. */
  ask(command: () => Promise<string | undefined>, settled: () => void = () => {}): void {
    command()
      .then(
        (done) => done && this.say({ severity: "information", text: done }),
        (error: unknown) => this.say(messageOf(error)),
      )
      .finally(settled);
  }

  /** Does something at once; says why where it cannot be done. */
  attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.say(messageOf(error));
    }
  }

  /**
   * The same command for several VMs: all are tried. Where some refuse, how many did not, and the first refusal.
   * @param what what is said behind whom it was done to
   */
  forAll(
    targets: readonly Target[],
    verb: string,
    command: (id: number) => Promise<void>,
    settled?: () => void,
    what = "",
  ): void {
    this.ask(async () => {
      const answers = await Promise.allSettled(targets.map(({ id }) => command(id)));
      const refusals = answers.filter((answer) => answer.status === "rejected");
      if (refusals.length === 0) return `${verb} ${namesOf(targets)}${what}`;
      const [{ reason }] = refusals;
      if (targets.length === 1) throw reason;
      const done = targets.length - refusals.length;
      throw new UserError(`${verb} ${done} of ${targets.length} VMs${what}; ${messageOf(reason).text}`);
    }, settled);
  }

  spawn(spec: VmSpec, settled?: () => void): void {
    this.ask(async () => {
      const ids = await this.client.spawn(spec);
      return ids.length === 1 ? `spawned VM ${ids[0]} of ${spec.image}` : `spawned ${ids.length} VMs of ${spec.image}`;
    }, settled);
  }
}

/** `ping-3`, or `12 VMs`. */
export function namesOf(targets: readonly Target[]): string {
  return targets.length === 1 ? `${targets[0].name} (${targets[0].id})` : `${targets.length} VMs`;
}

/** One line for an error; a defect is shown as one too, for the kernel is still there. */
export function messageOf(error: unknown): Message {
  const text = error instanceof Error ? error.message : String(error);
  const prefix = error instanceof UserError || (error as Error)?.name === "UserError" ? "" : "the kernel failed: ";
  return { severity: "error", text: prefix + text.split("\n")[0] };
}
