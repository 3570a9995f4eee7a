/** `denali images`: what the image store holds. */

import prettyBytes from "pretty-bytes";
import { IMAGE_FOLDER } from "../host/places.js";
import { type ImageSummary, listImages } from "../kernel/index.js";
import type { Arguments, CommandSpec } from "./arguments.js";
import { runCommand } from "./command.js";
import { Output } from "./output.js";
import { type Column, formatTable } from "./table.js";

export const spec: CommandSpec = {
  usage: "images [--json]",
  about:
    "Lists the images that a VM can run, with their sizes. TEXT is the code, MEMORY\nwhat a VM of that image gets unless it is told otherwise.",
  options: { json: { description: "one object a line, with checksums" } },
  inputs: [0, 0],
};

export const main = (argv: readonly string[]): Promise<number> => runCommand({ spec, execute }, argv);

async function execute(given: Arguments): Promise<number> {
  const images = listImages([IMAGE_FOLDER]);
  const output = new Output();
  const lines = given.has("json") ? images.map((image) => JSON.stringify(image)) : [formatTable(COLUMNS, images)];
  output.write(lines.map((line) => `${line}\n`).join(""));
  await output.flush();
  return 0;
}

const size = (bytes: number) => prettyBytes(bytes, { binary: true });

const COLUMNS: readonly Column<ImageSummary>[] = [
  { heading: "IMAGE", left: true, cell: (image) => image.name },
  { heading: "TEXT", cell: (image) => size(image.textSize) },
  { heading: "DATA", cell: (image) => size(image.dataSize) },
  { heading: "MEMORY", cell: (image) => size(image.memorySize) },
  { heading: "DESCRIPTION", left: true, cell: (image) => image.description },
];
