/** Translates a whole image into one WebAssembly module, ahead of running. */

import type { Program } from "../x86/program.js";
import { discoverFunctions } from "./discovery.js";
import { ImagePlanner } from "./image-planner.js";
import { InstructionReader } from "./instruction-reader.js";
import type { JumpTableReader } from "./jump-tables.js";
import type { EmittedRegion } from "./listing.js";
import { ModuleEmitter } from "./module-emitter.js";
import type { Translation } from "./translation.js";
import { readsFlagsUnseen } from "./unseen-calls.js";

/** What is known about an image's data. */
export interface ImageData {
  /** Reads the u32 that the image loads at an address. */
  readonly read: JumpTableReader;
  /** The words of its initial data, which may be addresses of functions. */
  readonly words: Iterable<number>;
  /** Addresses that a machine was seen to go on at, and that were not found: see {@link MissedCode}. */
  readonly missed?: readonly number[];
}

/**
 * @param roots addresses that functions are known to start at
 * @param observe shown each region when it has been emitted
 */
export function translateImage(
  program: Program,
  roots: Iterable<number>,
  data: ImageData,
  observe?: (region: EmittedRegion) => void,
): Translation {
  const reader = new InstructionReader(program, data.read);
  const found = discoverFunctions(program, reader, roots, data.words);
  const unseen = !found.isWhole || readsFlagsUnseen(program, reader, found);
  const planner = new ImagePlanner(reader, found, unseen);
  return new ModuleEmitter(planner.plans(data.missed ?? [])).emit(observe);
}
