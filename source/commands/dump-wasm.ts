/** `denali exec IMAGE --dump-wasm FUNCTION`: a function's x86 code beside the WebAssembly that the translator makes of it. */

import { nearestFew } from "../fleet/nearest.js";
import { IMAGE_FOLDER } from "../host/places.js";
import { type ImageInspection, inspectImage, UserError } from "../kernel/index.js";
import { Output } from "./output.js";

/** Functions that are named when the one asked for is not there. */
const SUGGESTIONS = 3;

/** Prints it; answers the exit status. @throws UserError when there is no such image or function, or it is not translated */
export async function dumpWasm(nameOrPath: string, wanted: string): Promise<number> {
  const image = inspectImage([IMAGE_FOLDER], nameOrPath);
  const output = new Output();
  output.write(dumpText(image, wanted));
  await output.flush();
  return 0;
}

/** @param wanted a symbol, or an address as `0x1000` */
export function dumpText(image: ImageInspection, wanted: string): string {
  const { name, lines } = /^(0x[0-9a-f]+|\d+)$/i.test(wanted) ? atAddress(image, wanted) : bySymbol(image, wanted);
  return `;; ${name} of ${image.name}\n${lines.join("\n")}\n`;
}

interface Dump {
  readonly name: string;
  readonly lines: readonly string[];
}

function bySymbol(image: ImageInspection, wanted: string): Dump {
  const symbol = image.functions.find((each) => each.name === wanted);
  if (symbol) return { name: wanted, lines: translated(image, symbol.address, wanted) };
  if (image.functions.length === 0) throw new UserError(`${image.name} has no symbols; give an address, as 0x1000`);
  const names = nearestFew(
    wanted,
    image.functions.map((each) => each.name),
    SUGGESTIONS,
  );
  throw new UserError(`${image.name} has no function '${wanted}'; the nearest names are ${names.join(", ")}`);
}

/** What starts at the address itself, a function or a loop, or else the function that the address is in. */
function atAddress(image: ImageInspection, wanted: string): Dump {
  const address = Number(wanted);
  const own = image.listTranslation(address);
  const around = image.functions.find((each) => address >= each.address && address < each.address + each.size);
  if (own) return { name: around?.address === address ? around.name : hex(address), lines: own };
  if (around) return { name: around.name, lines: translated(image, around.address, around.name) };
  const nearest = image.functions
    .toSorted((a, b) => Math.abs(a.address - address) - Math.abs(b.address - address))
    .slice(0, SUGGESTIONS)
    .map((each) => `${each.name} at ${hex(each.address)}`);
  const hint = nearest.length > 0 ? `the nearest are ${nearest.join(", ")}` : "give where a function or loop starts";
  throw new UserError(`no function of ${image.name} is translated from ${hex(address)}; ${hint}`);
}

function translated(image: ImageInspection, address: number, name: string): string[] {
  const lines = image.listTranslation(address);
  if (!lines) throw new UserError(`${name} of ${image.name} is not translated; the interpreter executes it`);
  return lines;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
