/** Translates an image's file in a thread that has no kernel, for one that has. */

import { join } from "node:path";
import type { ReadyTranslation, TranslationRequest } from "../translator/translation-service.js";
import { translatorVersion } from "../translator/version.js";
import { Image } from "./image.js";
import { TranslationCache } from "./translation-cache.js";

/**
 * The translation, kept or new; undefined where the host's WebAssembly refuses it.
 * @param request names the file of an image that was checked
 * @param now nanoseconds of any clock
 */
export function translateFile(request: TranslationRequest, now: () => number): ReadyTranslation | undefined {
  const { name, file, cacheFolder, missed } = request;
  const before = now();
  const ready = new Image(name, "", file, { cache: openCache(cacheFolder) }).engines.ready(missed);
  return ready && { ...ready, nanoseconds: now() - before };
}

/** Undefined where nothing is to be kept, or nobody could tell what this translator made from what another did. */
export function openCache(folder: string | undefined): TranslationCache | undefined {
  if (!folder || !translatorVersion) return undefined;
  return new TranslationCache(join(folder, "translations"), translatorVersion);
}
