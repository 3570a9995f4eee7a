/** The ports that have frames to send, in the order of their turns; linked through the ports, so nothing is allocated. */

import type { SwitchPort } from "./switch-port.js";

export class SenderRing {
  #first: SwitchPort | undefined = undefined;
  #last: SwitchPort | undefined = undefined;

  get empty(): boolean {
    return this.#first === undefined;
  }

  /** Puts a port that is not in the ring at its end. */
  push(port: SwitchPort): void {
    if (this.#last === undefined) this.#first = port;
    else this.#last.nextSender = port;
    this.#last = port;
  }

  /** Removes and returns the port whose turn it is. */
  shift(): SwitchPort | undefined {
    const port = this.#first;
    if (port === undefined) return undefined;
    this.#first = port.nextSender;
    if (this.#first === undefined) this.#last = undefined;
    port.nextSender = undefined;
    return port;
  }
}
