/**
 * Asks a kernel for what its panel does not hold, as a recording keeps it: queues, flows and published ports; the VMs from
 * inside, so many at a time in turn; what the VMs wrote to their consoles since it was asked before.
 */

import { createHash } from "node:crypto";
import type { VmInspection } from "../kernel/index.js";
import type { KernelClient } from "./client.js";
import { RECORDING_CONSOLES, RECORDING_INSPECTIONS, RECORDING_MAP_CELLS } from "./params.js";
import type { RecordedAnswers, RecordedConsole } from "./recording-format.js";

/** What is known of a VM. */
interface Known {
  /** Bytes of its console that were recorded, or dropped before. */
  position: number;
  /** Digest of the last inspection. */
  inspection: string;
}

export class AnswerRecorder {
  readonly #client: KernelClient;
  #known = new Map<number, Known>();
  /** Where the next turn begins in the list of VMs, for inspections and for consoles. */
  #nextInspected = 0;
  #nextRead = 0;

  constructor(client: KernelClient) {
    this.#client = client;
  }

  /** Rejects where the kernel is gone. */
  async ask(): Promise<RecordedAnswers> {
    const { panel } = this.#client;
    const rows = Math.min(panel.get("rows"), panel.capacity);
    const live: number[] = [];
    for (let row = 0; row < rows; row++) if (panel.vm.id[row] !== 0) live.push(row);
    this.#forget(live.map((row) => panel.vm.id[row]));
    const [machine, uplink, vms, consoles] = await Promise.all([
      this.#client.inspectMachine(RECORDING_MAP_CELLS),
      this.#client.uplinkStatus(),
      this.#inspectSome(live),
      this.#readSome(live),
    ]);
    // Not the control interface's token: who has the file could control a machine that is still running.
    const { ports, outbound, flows } = uplink;
    return { machine, uplink: { ports, outbound, ...(flows && { flows }) }, vms, consoles };
  }

  #forget(ids: readonly number[]): void {
    this.#known = new Map(ids.map((id) => [id, this.#known.get(id) ?? { position: 0, inspection: "" }]));
  }

  async #inspectSome(live: readonly number[]): Promise<VmInspection[]> {
    const chosen = inTurn(live, this.#nextInspected, RECORDING_INSPECTIONS);
    this.#nextInspected += chosen.length;
    const looks = await Promise.all(chosen.map((row) => ifThere(this.#client.inspect(this.#client.panel.vm.id[row]))));
    return looks.filter((look) => look !== undefined && this.#isNew(look)) as VmInspection[];
  }

  /** Whether it differs from the last one of that VM in more than its time. */
  #isNew(look: VmInspection): boolean {
    const known = this.#known.get(look.id);
    const inspection = createHash("sha1")
      .update(JSON.stringify({ ...look, time: 0 }))
      .digest("base64");
    if (!known || known.inspection === inspection) return false;
    known.inspection = inspection;
    return true;
  }

  async #readSome(live: readonly number[]): Promise<RecordedConsole[]> {
    const { id, consoleBytes } = this.#client.panel.vm;
    const wrote = live.filter((row) => consoleBytes[row] > (this.#known.get(id[row])?.position ?? 0));
    const chosen = inTurn(wrote, this.#nextRead, RECORDING_CONSOLES);
    this.#nextRead += chosen.length;
    const read = await Promise.all(chosen.map((row) => this.#readConsole(id[row])));
    return read.filter((part) => part !== undefined) as RecordedConsole[];
  }

  async #readConsole(id: number): Promise<RecordedConsole | undefined> {
    const known = this.#known.get(id);
    const chunk = known && (await ifThere(this.#client.readConsole(id, known.position)));
    if (!chunk || chunk.bytes.length === 0) return undefined;
    known.position = chunk.position + chunk.bytes.length;
    return { id, position: chunk.position, bytes: Buffer.from(chunk.bytes).toString("base64") };
  }
}

/** So many of a list, from a place on and around. */
function inTurn(rows: readonly number[], from: number, count: number): number[] {
  return Array.from({ length: Math.min(count, rows.length) }, (_, index) => rows[(from + index) % rows.length]);
}

/** Undefined where the VM was reaped since its row was read. */
function ifThere<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  return asked.catch(() => undefined);
}
