/**
 * Translations kept in a folder from one run to the next. A cache and nothing more: whatever is wrong with a file or the
 * folder, the image is translated anew and nobody is told. Several processes may share the folder; a file appears whole or
 * not at all, and those used longest ago go when the folder grows beyond its limit.
 */

import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../devices/host-file.js";
import { UserError } from "../errors.js";
import { MAXIMUM_TRANSLATION_CACHE, MAXIMUM_TRANSLATION_FILE } from "../params.js";
import type { Translation } from "../translator/translation.js";
import { decodeTranslation, encodeTranslation } from "../translator/translation-format.js";
import { decodeTranslationFile, encodeTranslationHeader, type TranslationKey } from "./translation-file.js";

/** Ends the names of translations; files that are being written have another. */
const SUFFIX = ".translation";
const UNFINISHED = ".new";

/** Milliseconds after which a file that is still being written was left behind by a process that ended. */
const ABANDONED = 60 * 60 * 1000;

/** Digits of the translator's version in a file's name; the whole of it is in the file. */
const VERSION_DIGITS = 16;

export class TranslationCache {
  readonly #folder: string;
  readonly #translator: string;
  readonly #limit: number;

  /**
   * @param folder made when something is kept for the first time
   * @param translator checksum of the translator, 64 hexadecimal digits
   * @param limit bytes that all files may have together
   */
  constructor(folder: string, translator: string, limit = MAXIMUM_TRANSLATION_CACHE) {
    this.#folder = folder;
    this.#translator = translator;
    this.#limit = limit;
  }

  /** The translation of an image that this translator made earlier. @param image its checksum, 64 hexadecimal digits */
  load(image: string): Translation | undefined {
    const key = this.#key(image);
    const path = this.#path(key);
    return quietly(() => {
      const status = statSync(path);
      if (!status.isFile() || status.size > MAXIMUM_TRANSLATION_FILE) return undefined;
      const content = decodeTranslationFile(readFileSync(path), key);
      const translation = content && decodeTranslation(content);
      if (translation) markUsed(path);
      return translation;
    });
  }

  /** Keeps a translation, if the folder can be written and it is not too large. */
  save(image: string, translation: Translation): void {
    const limit = Math.min(MAXIMUM_TRANSLATION_FILE, this.#limit);
    // Most of it is the module, which may be so large that nobody should copy it.
    if (translation.bytes.length > limit) return;
    const content = encodeTranslation(translation);
    if (content.length > limit) return;
    const key = this.#key(image);
    const path = this.#path(key);
    const unfinished = `${path}.${process.pid}${UNFINISHED}`;
    quietly(() => {
      makeFolder(this.#folder);
      try {
        const file = Buffer.concat([encodeTranslationHeader(key, content), content]);
        writeFileSync(unfinished, file, { flag: "wx", mode: 0o600 });
        renameSync(unfinished, path);
      } finally {
        rmSync(unfinished, { force: true });
      }
      this.#makeRoom(path);
    });
  }

  /** Removes what was used longest ago until the rest is within the limit, and what was never finished. */
  #makeRoom(kept: string): void {
    const files = readdirSync(this.#folder)
      .filter((name) => name.endsWith(SUFFIX) || name.endsWith(UNFINISHED))
      .map((name) => describe(join(this.#folder, name)))
      .filter((file) => file !== undefined);
    const now = Date.now();
    let total = 0;
    // The newest first; the one just written is never the one to go, whatever the host's clock says.
    for (const file of files.sort((a, b) => Number(b.path === kept) - Number(a.path === kept) || b.used - a.used)) {
      total += file.size;
      const abandoned = file.path.endsWith(UNFINISHED) && now - file.used > ABANDONED;
      if (abandoned || (total > this.#limit && file.path !== kept)) rmSync(file.path, { force: true });
    }
  }

  #key(image: string): TranslationKey {
    return { image, translator: this.#translator };
  }

  #path({ image, translator }: TranslationKey): string {
    return join(this.#folder, `${image}-${translator.slice(0, VERSION_DIGITS)}${SUFFIX}`);
  }
}

/** Sets when a file was last used; the host's own time of access is often not kept. */
function markUsed(path: string): void {
  const now = new Date();
  quietly(() => utimesSync(path, now, now));
}

function describe(path: string): { path: string; size: number; used: number } | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status && { path, size: status.size, used: status.mtimeMs };
}

/** Does something with a file; undefined when the host refuses. A defect is thrown as always. */
function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    const { code = "ERR_" } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || !code.startsWith("ERR_")) return undefined;
    throw error;
  }
}
