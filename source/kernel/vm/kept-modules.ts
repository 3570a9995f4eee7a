/**
 * The module made last of each image. V8 compiles a module function by function while it runs, and again where much runs, and keeps
 * all of that for any module of the same bytes as long as one is there: a kernel that is booted after another in the same
 * process, as experiments do, goes on where that was.
 */

import { MOST_MODULES_KEPT } from "../params.js";

export class KeptModules {
  readonly #modules = new Map<string, WebAssembly.Module>();

  /** @param image its name: of a program that is edited and built again only the last version is kept */
  keep(image: string, module: WebAssembly.Module): void {
    this.#modules.delete(image);
    this.#modules.set(image, module);
    const [oldest] = this.#modules.keys();
    if (this.#modules.size > MOST_MODULES_KEPT) this.#modules.delete(oldest);
  }

  /** From the one made longest ago on. */
  get modules(): readonly WebAssembly.Module[] {
    return [...this.#modules.values()];
  }
}
