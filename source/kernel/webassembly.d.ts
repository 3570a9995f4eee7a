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
  class Global {
    constructor(descriptor: { value: "i32" | "i64" | "f32" | "f64"; mutable?: boolean }, value?: number);
    value: number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
    // biome-ignore lint/suspicious/noExplicitAny: what a module exports is known to its maker alone
    readonly exports: Record<string, any>;
  }
  class CompileError extends Error {}
  class RuntimeError extends Error {}
}
