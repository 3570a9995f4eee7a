/** Translates an image's file in a thread that has no kernel, for one that has. */

import { join } from "node:path";
import type { ReadyTranslation, TranslationRequest } from "../translator/translation-service.js";
import { defective, isUntranslatable, type Untranslatable } from "../translator/untranslatable.js";
import { translatorVersion } from "../translator/version.js";
import { Image } from "./image.js";
import { TranslationCache } from "./translation-cache.js";

/**
 * The translation, kept or new, or why there is none. Throws nothing: a thread that translates has nothing else that could break.
 * @param request names the file of an image that was checked
 * @param now nanoseconds of any clock
 */
export function translateFile(request: TranslationRequest, now: () => number): ReadyTranslation | Untranslatable {
  const { name, file, cacheFolder, missed } = request;
  const before = now();
  try {
    const ready = new Image(name, "", file, { cache: openCache(cacheFolder) }).engines.ready(missed);
    return isUntranslatable(ready) ? ready : { ...ready, nanoseconds: now() - before };
  } catch (error) {
    return defective(error);
  }
}

/** Undefined where nothing is to be kept, or nobody could tell what this translator made from what another did. */
export function openCache(folder: string | undefined): TranslationCache | undefined {
  if (!folder || !translatorVersion) return undefined;
  return new TranslationCache(join(folder, "translations"), translatorVersion);
}
