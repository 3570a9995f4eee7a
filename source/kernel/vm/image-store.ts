/**
 * The image store: folders of images, each with an `index.json` that gives every image a name, a description and a
 * checksum. An image is read and checked when it is first asked for and shared by all VMs that run it. Images that were
 * uploaded are in memory only.
 */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { $ZodError } from "zod/v4/core";
// The small form, since every kernel that boots loads it.
import english from "zod/v4/locales/en.js";
import * as z from "zod/v4-mini";
import type { ImageSummary } from "../commands.js";
import { attempt } from "../devices/host-file.js";
import { UserError } from "../errors.js";
import { MAXIMUM_IMAGE_FILE } from "../params.js";
import type { ElfSymbol } from "./elf.js";
import { Image } from "./image.js";
import type { TranslationSource } from "./image-engines.js";

const IndexEntry = z.object({
  name: z.string().check(z.minLength(1)),
  file: z.string().check(z.minLength(1)),
  description: z._default(z.string(), ""),
  sha256: z.string().check(z.length(64)),
});
z.config(english());
const Index = z.union([
  z.array(IndexEntry),
  z.pipe(
    z.object({ images: z.array(IndexEntry) }),
    z.transform((index) => index.images),
  ),
]);
type IndexEntry = z.infer<typeof IndexEntry>;

/** What an image that comes from outside may be called: it becomes the name of VMs, and is shown on terminals. */
const UPLOADED_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/;

export class ImageStore {
  readonly #entries = new Map<string, IndexEntry & { path: string }>();
  /** Images by the path and the state of their file when it was read. */
  readonly #loaded = new Map<string, { image: Image; stamp: string }>();
  readonly #uploaded = new Map<string, Image>();
  /** Paths of images that were asked for by path, by the name that each has from then on. */
  readonly #asked = new Map<string, string>();
  readonly #translations: TranslationSource;
  readonly #onUnusable: ((error: UserError) => void) | undefined;
  /** What was said of images that cannot be used: once is enough. */
  readonly #said = new Set<string>();

  /**
   * @param folders searched in order; the first that has a name wins
   * @param translations where translations come from
   * @param onUnusable told of an image that is left out of all of them, once for each reason
   */
  constructor(
    folders: readonly string[],
    translations: TranslationSource = {},
    onUnusable?: (error: UserError) => void,
  ) {
    this.#translations = translations;
    this.#onUnusable = onUnusable;
    for (const folder of folders) {
      for (const entry of readIndex(folder)) {
        if (!this.#entries.has(entry.name)) this.#entries.set(entry.name, { ...entry, path: join(folder, entry.file) });
      }
    }
  }

  /** Names in the store, in alphabetical order. */
  get names(): string[] {
    return [...this.#entries.keys(), ...this.#uploaded.keys(), ...this.#asked.keys()].sort();
  }

  /** Every image in the store that can be used, in alphabetical order: one that was damaged keeps nobody from the others. */
  all(): Image[] {
    return this.names.map((name) => this.#usable(name)).filter((image) => image !== undefined);
  }

  /**
   * The image of that name in the store, or else the ELF file at that path, which the store has from then on, too, unless there
   * is one of its name.
   * @throws UserError when there is neither, or when it is damaged
   */
  get(nameOrPath: string): Image {
    const uploaded = this.#uploaded.get(nameOrPath);
    if (uploaded) return uploaded;
    const entry = this.#entries.get(nameOrPath);
    if (entry) return this.#load(entry.path, entry.name, entry);
    const asked = this.#asked.get(nameOrPath);
    if (asked !== undefined) return this.#load(asked, nameOrPath);
    if (!nameOrPath.includes("/") && !nameOrPath.endsWith(".elf")) {
      throw new UserError(`there is no image '${nameOrPath}'; the store has ${this.names.join(", ") || "none"}`);
    }
    const path = resolve(nameOrPath);
    const name = basename(nameOrPath).replace(/\.elf$/, "");
    const image = this.#load(path, name);
    if (UPLOADED_NAME.test(name) && !this.#isTaken(name) && !this.#asked.has(name)) this.#asked.set(name, path);
    return image;
  }

  /**
   * A name that an image has only because it was asked for by its path may be taken: who uploads another need not know of that path.
   * @throws UserError unless an image of that name may be added
   */
  checkNewName(name: string): void {
    if (!UPLOADED_NAME.test(name)) {
      throw new UserError(
        `'${printable(name)}' cannot be an image's name; use up to 24 letters, digits, '.', '_' and '-'`,
      );
    }
    if (this.#isTaken(name)) {
      throw new UserError(`there is an image '${name}' already; choose another name`);
    }
  }

  /**
   * Adds an image to the store for as long as it lives.
   * @param file the whole ELF file, which nobody may change afterwards
   * @throws UserError when it is none, or the name is not right
   */
  add(name: string, file: Uint8Array): void {
    this.checkNewName(name);
    this.#uploaded.set(name, new Image(name, "uploaded", file, this.#translations));
    this.#asked.delete(name);
  }

  #isTaken(name: string): boolean {
    return this.#uploaded.has(name) || this.#entries.has(name);
  }

  #usable(name: string): Image | undefined {
    try {
      return this.get(name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!this.#said.has(error.message)) this.#onUnusable?.(error);
      this.#said.add(error.message);
      return undefined;
    }
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
  const refuse = (error: UserError) => {
    throw error;
  };
  return new ImageStore(folders, {}, refuse).all().map((image) => image.summary);
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

const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, "?");

function firstLine(error: unknown): string {
  if (error instanceof $ZodError) return z.prettifyError(error).split("\n")[0];
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
