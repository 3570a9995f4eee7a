/** The parts of the host's WebAssembly interface that the kernel uses; Node's own types leave them out. */
declare namespace WebAssembly {
  /** Sizes in pages of 64 KiB. */
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: SharedArrayBuffer;
  }
}
