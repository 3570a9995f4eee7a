/** The line of messages: what an operator asked for is answered there at once, and what nobody asked for waits its turn. */

import { ANSWER_TIME, MESSAGE_TIME } from "./params.js";
import type { Message } from "./state.js";
import type { Store } from "./store.js";

export class Messages {
  readonly #store: Store;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds of the host's clock. */
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Says at once what somebody waits for. */
  answer(message: Message): void {
    this.#answeredAt = performance.now();
    this.#show(message);
  }

  /** What nobody asked for: the answer to a key stands for long enough to be read before. */
  announce(message: Message): void {
    const left = this.#answeredAt + ANSWER_TIME - performance.now();
    if (left <= 0) this.#show(message);
    else setTimeout(() => this.announce(message), left).unref();
  }

  #show(message: Message): void {
    clearTimeout(this.#timer);
    this.#store.dispatch({ type: "message", message });
    this.#timer = setTimeout(() => this.#store.dispatch({ type: "message", message: undefined }), MESSAGE_TIME);
    this.#timer.unref();
  }
}
