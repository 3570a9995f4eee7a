/** The kernel's only door: what code outside `source/kernel` may use. */

export * from "./abi.js";
export type * from "./commands.js";
export { UserError } from "./errors.js";
export { InstrumentPanel, KERNEL_FIGURES, type KernelFigure, VM_COLUMNS, type VmColumn } from "./instruments.js";
