/** The kernel's only door: what code outside `source/kernel` may use. */

export * from "./abi.js";
export type * from "./commands.js";
export { checkDisk } from "./devices/disk-store.js";
export { ENGINE_NAMES, type EngineName } from "./engine-names.js";
export { UserError } from "./errors.js";
export { describeFault } from "./inspection.js";
export {
  BATCH_SIZES,
  InstrumentPanel,
  KERNEL_FIGURES,
  type KernelFigure,
  VM_COLUMNS,
  type VmColumn,
} from "./instruments.js";
export { Kernel } from "./kernel.js";
export { IDLE_MODES, type IdleMode, INTERRUPT_MODES, type InterruptMode } from "./modes.js";
export type { CapturedFrame, CaptureSink } from "./net/capture.js";
export { checkOptions, type KernelOptions, SWAP_CACHES } from "./options.js";
export {
  CONSOLE_SCROLLBACK,
  CONSOLE_TAIL,
  DEFAULT_MEMORY_BUDGET,
  DEFAULT_NETWORK,
  DEFAULT_QUANTUM,
  DEFAULT_TICKETS,
  FLOWS_SHOWN,
  MAXIMUM_MEMORY_BUDGET,
  MAXIMUM_QUANTUM,
  MAXIMUM_TICKETS,
  MAXIMUM_VM_MEMORY,
  MINIMUM_QUANTUM,
  SWAP_BLOCK_LIMITS,
} from "./params.js";
export { POLICY_NAMES } from "./sched/policy.js";
export type { UplinkChannel, UplinkGuest, UplinkPeer, UplinkTarget } from "./supervisor/uplink-channel.js";
export { type Slice, SliceEnd } from "./trace.js";
export type { ReadyTranslation, TranslationRequest, TranslationService } from "./translator/translation-service.js";
export { defective, TOO_LARGE, TOO_SLOW, type Untranslatable } from "./translator/untranslatable.js";
export { type ImageInspection, inspectImage, listImages } from "./vm/image-store.js";
export { collectGarbage } from "./vm/memory-collector.js";
export { translateFile } from "./vm/translate-file.js";
export { nameFrom } from "./vm-names.js";
