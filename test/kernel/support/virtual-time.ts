/** Stands in for the kernel's clock. */

/** Runs what a scheduled file asks for, in the order of its due times, as the kernel's clock does. */
export class VirtualTime {
  now = 0;
  readonly #due: { at: number; callback: () => void }[] = [];

  readonly schedule = (latencyNs: number, callback: () => void) => {
    this.#due.push({ at: this.now + latencyNs, callback });
  };

  run(): void {
    for (let next = this.#due.shift(); next; next = this.#due.shift()) {
      this.now = next.at;
      next.callback();
    }
  }
}
