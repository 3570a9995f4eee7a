/**
 * The image store: folders of images, each with an `index.json` that gives every image a name, a description and a
 * checksum. An image is read and checked when it is first asked for and shared by all VMs that run it.
 */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import * as z from "zod";
import type { ImageSummary } from "../commands.js";
import { attempt } from "../devices/host-file.js";
import { UserError } from "../errors.js";
import { MAXIMUM_IMAGE_FILE } from "../params.js";
import type { ElfSymbol } from "./elf.js";
import { Image } from "./image.js";
import type { TranslationSource } from "./image-engines.js";

const IndexEntry = z.object({
  name: z.string().min(1),
  file: z.string().min(1),
  description: z.string().default(""),
  sha256: z.string().length(64),
});
const Index = z.union([
  z.array(IndexEntry),
  z.object({ images: z.array(IndexEntry) }).transform((index) => index.images),
]);
type IndexEntry = z.infer<typeof IndexEntry>;

export class ImageStore {
  readonly #entries = new Map<string, IndexEntry & { path: string }>();
  /** Images by the path and the state of their file when it was read. */
  readonly #loaded = new Map<string, { image: Image; stamp: string }>();

  readonly #translations: TranslationSource;

  /**
   * @param folders searched in order; the first that has a name wins
   * @param translations where translations come from
   */
  constructor(folders: readonly string[], translations: TranslationSource = {}) {
    this.#translations = translations;
    for (const folder of folders) {
      for (const entry of readIndex(folder)) {
        if (!this.#entries.has(entry.name)) this.#entries.set(entry.name, { ...entry, path: join(folder, entry.file) });
      }
    }
  }

  /** Names in the store, in alphabetical order. */
  get names(): string[] {
    return [...this.#entries.keys()].sort();
  }

  /** Every image in the store, in alphabetical order. */
  all(): Image[] {
    return this.names.map((name) => this.get(name));
  }

  /**
   * The image of that name in the store, or else the ELF file at that path.
   * @throws UserError when there is neither, or when it is damaged
   */
  get(nameOrPath: string): Image {
    const entry = this.#entries.get(nameOrPath);
    if (entry) return this.#load(entry.path, entry.name, entry);
    if (!nameOrPath.includes("/") && !nameOrPath.endsWith(".elf")) {
      throw new UserError(`there is no image '${nameOrPath}'; the store has ${this.names.join(", ") || "none"}`);
    }
    return this.#load(resolve(nameOrPath), basename(nameOrPath).replace(/\.elf$/, ""));
  }

  #load(path: string, name: string, entry?: IndexEntry): Image {
    const stamp = fileStamp(path, name);
    const known = this.#loaded.get(path);
    if (known?.stamp === stamp) return known.image;
    const file = readImageFile(path);
    if (entry && createHash("sha256").update(file).digest("hex") !== entry.sha256) {
      throw new UserError(
        `image '${name}' is damaged: its checksum is not the one in index.json; restore or rebuild ${path}`,
      );
    }
    const image = new Image(name, entry?.description ?? "", file, this.#translations);
    this.#loaded.set(path, { image, stamp });
    return image;
  }
}

/** What the images in some folders are. @throws UserError when a folder or an image cannot be used */
export function listImages(folders: readonly string[]): ImageSummary[] {
  return new ImageStore(folders).all().map((image) => image.summary);
}

/** What a person may ask about an image without running it. */
export interface ImageInspection {
  readonly name: string;
  /** Functions in order of address; empty when the file was stripped. */
  readonly functions: readonly ElfSymbol[];
  /** @see Image.listTranslation */
  listTranslation(address: number): string[] | undefined;
}

/** @throws UserError when there is no such image, or it is damaged */
export function inspectImage(folders: readonly string[], nameOrPath: string): ImageInspection {
  const image = new ImageStore(folders).get(nameOrPath);
  return {
    name: image.name,
    functions: image.elf.functions,
    listTranslation: (address) => image.listTranslation(address),
  };
}

function readIndex(folder: string): IndexEntry[] {
  const path = join(folder, "index.json");
  try {
    return Index.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new UserError(`cannot read the image store's ${path}: ${firstLine(error)}; restore it or rebuild the images`);
  }
}

function fileStamp(path: string, name: string): string {
  const status = attempt(path, "read image", () => statSync(path));
  if (!status.isFile()) throw new UserError(`image '${name}' is not a file: ${path}`);
  if (status.size > MAXIMUM_IMAGE_FILE) {
    throw new UserError(`image '${name}' has ${status.size} bytes; the largest allowed is ${MAXIMUM_IMAGE_FILE}`);
  }
  return `${status.size} ${status.mtimeMs} ${status.ino}`;
}

function readImageFile(path: string): Uint8Array {
  return new Uint8Array(attempt(path, "read image", () => readFileSync(path)));
}

function firstLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).split("\n")[0];
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
