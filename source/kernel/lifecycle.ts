/** Ending VMs, and forgetting them; what creates them is in creation.ts. A VM ends once: by its own will, by a fault, or because it is killed. */

import { Interrupt } from "./abi.js";
import type { VmSpec } from "./commands.js";
import { Creation, type LifecycleParts } from "./creation.js";
import { UserError } from "./errors.js";
import { describeFault, summarise } from "./inspection.js";
import type { Networks } from "./networks.js";
import { writeRegisterPage } from "./vm/virtual-registers.js";
import type { Vm } from "./vm/vm.js";
import { type Fault, StateWord } from "./x86/machine.js";

/** Status of a VM that was killed: 128 + SIGKILL, as a shell would say. */
const KILLED_STATUS = 137;

export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #creation: Creation;
  /** The supervisor VM, once it is created. */
  supervisor: Vm | undefined;
  /** Told when a VM has ended. */
  onEnd: ((vm: Vm) => void) | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    this.#creation = new Creation(parts);
  }

  get networks(): Networks {
    return this.#parts.networks;
  }

  /**
   * Creates the VMs asked for, all or none.
   * @throws UserError when the request is not right or there is no room
   */
  create(spec: VmSpec, supervisor = false): Vm[] {
    return this.#creation.create(spec, this.#pinnedBytes, supervisor);
  }

  /**
   * The same of several requests.
   * @param places what a refusal begins with, of each request
   */
  createAll(specs: readonly VmSpec[], places: readonly string[] = []): Vm[] {
    return this.#creation.createAll(specs, this.#pinnedBytes, places);
  }

  /**
   * Refuses a memory budget in which a living VM could never be in core: at the head of the gatekeeper's queue it would
   * keep everyone else waiting as well.
   */
  checkHolds(memoryBudget: number): void {
    for (const vm of this.#parts.core.vms) {
      const needed = vm.supervisor ? vm.memorySize : vm.memorySize + this.#pinnedBytes;
      if (vm.ended || needed <= memoryBudget) continue;
      throw new UserError(
        `a memory budget of ${memoryBudget} bytes does not hold ${vm.name}; give at least ${needed}, or kill it first`,
      );
    }
  }

  /** Puts the image and the register page into a VM's memory at its first admission. */
  load(vm: Vm): void {
    const memory = vm.memory as NonNullable<Vm["memory"]>;
    vm.image.load(memory.bytes);
    writeRegisterPage(memory.view, {
      id: vm.id,
      name: vm.name,
      memorySize: vm.memorySize,
      macAddress: vm.networkInterface.mac,
      arguments: vm.arguments,
      disks: vm.disks,
    });
  }

  terminate(vm: Vm, status: number): void {
    vm.status = status;
    this.#parts.core.panel.vm.status[vm.row] = status;
    this.#end(vm);
  }

  kill(vm: Vm): void {
    if (vm.ended) throw new UserError(`${vm.name} has ended already`);
    this.terminate(vm, KILLED_STATUS);
  }

  crash(vm: Vm, fault: Fault): void {
    vm.fault = fault;
    this.#end(vm);
    const { notices } = this.#parts.core;
    const text = `${vm.name} crashed: ${describeFault(summarise(fault))}`;
    if (fault.cause === "engines differ") notices.error(text, fault.report);
    else notices.warning(text);
  }

  /** Ends a VM whose swapped-out memory cannot be had back. */
  lose(vm: Vm, reason: string): void {
    const eip = vm.state[StateWord.EIP] >>> 0;
    this.crash(vm, { cause: "machine check", eip, bytes: new Uint8Array(), instruction: "", detail: reason });
  }

  /** Forgets a VM that has ended. */
  reap(vm: Vm): void {
    if (!vm.ended) throw new UserError(`${vm.name} is still alive; kill it first`);
    const { core, accounting, capabilities, networks } = this.#parts;
    accounting.close(vm);
    capabilities.revoke(vm);
    core.vms.remove(vm);
    networks.leave(vm.networkInterface.ethernet);
  }

  /** Bytes that never leave core: the supervisor VM's. */
  get #pinnedBytes(): number {
    return this.supervisor && !this.supervisor.ended ? this.supervisor.memorySize : 0;
  }

  #end(vm: Vm): void {
    const { core, scheduler, interrupts, capabilities } = this.#parts;
    scheduler.retire(vm);
    interrupts.discard(vm);
    vm.networkInterface.unplug();
    for (const disk of vm.disks) disk.release();
    vm.keyboard.take(vm.keyboard.length);
    vm.forgetViews();
    core.panel.vm.endedAt[vm.row] = core.clock.now();
    core.panel.add("population", 1);
    if (this.supervisor && this.supervisor !== vm) {
      capabilities.noteEnd(vm);
      interrupts.post(this.supervisor, Interrupt.CONTROL);
    }
    this.onEnd?.(vm);
  }
}
