/**
 * What executes an image's VMs, one engine of a kind for all of them. The translator's module is made ahead of running where
 * it was asked for by name; `automatic` interprets at first and translates the whole image aside of the kernel's thread once
 * its VMs compute enough to be worth it. VMs of one image may run on different engines; they share what was translated.
 */

import type { Clock } from "../clock.js";
import type { EngineName } from "../engine-names.js";
import { Lockstep } from "../lockstep/lockstep.js";
import { LARGEST_TRANSLATED_UNASKED, WORTH_TRANSLATING, WORTH_TRANSLATING_WITHIN } from "../params.js";
import { BriefStretches } from "../translator/brief-stretches.js";
import type { CodeMap, Translation } from "../translator/translation.js";
import type { ReadyTranslation, TranslationService } from "../translator/translation-service.js";
import { Translator } from "../translator/translator.js";
import { defective, isUntranslatable, TOO_LARGE, type Untranslatable } from "../translator/untranslatable.js";
import type { Engine } from "../x86/machine.js";
import type { Image } from "./image.js";
import { KeptModules } from "./kept-modules.js";
import type { TranslationCache } from "./translation-cache.js";

const NO_ADDRESSES: readonly number[] = [];

/** Where an image's translations come from. */
export interface TranslationSource {
  /** Those made earlier, if they are kept. */
  readonly cache?: TranslationCache | undefined;
  /** Whoever translates while the kernel runs; absent, `automatic` translates small images ahead of running. */
  readonly aside?: { readonly service: TranslationService; readonly clock: Clock } | undefined;
  readonly cacheFolder?: string | undefined;
}

export class ImageEngines {
  readonly #image: Image;
  readonly #source: TranslationSource;
  /** What `automatic` and `translator` stand for. */
  #translator: Translator | undefined;
  /** What is compared with the interpreter. */
  #checked: Translator | undefined;
  #lockstep: Lockstep | undefined;
  #untranslatable = false;
  #toldPartly = false;
  /** Whether the translation was made earlier and kept; false while there is none. */
  translationKept = false;
  /** Whether VMs run before there is a translation. */
  translatesAside = false;
  /** Told when a translation that was made aside is there, and how many nanoseconds that took. */
  onTranslated: ((took: number) => void) | undefined;
  /** Told when some of the image is not translated, since there is too much of it. */
  onPartlyTranslated: (() => void) | undefined;
  /** Told when there will be none, or, if machines run one already, none with what was found since. */
  onUntranslatable: ((why: Untranslatable, runsOne: boolean) => void) | undefined;

  constructor(image: Image, source: TranslationSource) {
    this.#image = image;
    this.#source = source;
  }

  /**
   * The engine of that name. An image that cannot be translated is interpreted whatever was asked for.
   */
  engine(name: EngineName): Engine {
    const { interpreter } = this.#image;
    if (name === "interpreter" || this.#untranslatable) return interpreter;
    if (name === "automatic") {
      const { aside } = this.#source;
      if (aside) return this.#translatedAside(aside);
      if (this.#image.textSize > LARGEST_TRANSLATED_UNASKED) return interpreter;
    }
    return (name === "both" ? this.#compared() : this.#translatedAhead()) ?? interpreter;
  }

  /**
   * The engine of the VM that starts before all others, so that it does not wait for a translation: it gets one aside, once it
   * has had much to carry. Where engines are compared, it is, too.
   */
  engineOfSupervisor(name: EngineName): Engine {
    const { aside } = this.#source;
    if (name === "both" || name === "interpreter") return this.engine(name);
    return aside ? this.#translatedAside(aside) : this.engine("interpreter");
  }

  /** An engine that interprets until its VMs compute much, and a translation is there. */
  #translatedAside({ service, clock }: NonNullable<TranslationSource["aside"]>): Translator {
    if (this.#translator) return this.#translator;
    this.translatesAside = true;
    const { name, file, program, interpreter } = this.#image;
    const translator = new Translator(program, interpreter, {
      worthwhile: { instructions: WORTH_TRANSLATING, within: WORTH_TRANSLATING_WITHIN, now: () => clock.now() },
      brief: new BriefStretches(),
      translate: async (missed, adopt) => {
        const ready = await service.translate({ name, file, cacheFolder: this.#source.cacheFolder, missed });
        if (isUntranslatable(ready)) {
          this.onUntranslatable?.(ready, translator.translation !== undefined);
          return;
        }
        adopt(ready.translation, ready.module);
        this.#tellIfPartly(ready.translation);
        this.translationKept = ready.kept;
        this.onTranslated?.(ready.nanoseconds);
      },
    });
    this.#translator = translator;
    return translator;
  }

  /**
   * The translation, kept or new, or why there is none. A kept one that the host refuses is as good as none.
   * @param missed addresses to be entered at besides those that are found. With some it is not kept: a run in virtual time
   * would count other instructions as translated.
   */
  ready(missed: readonly number[]): Omit<ReadyTranslation, "nanoseconds"> | Untranslatable {
    const cache = missed.length === 0 ? this.#source.cache : undefined;
    const kept = cache?.load(this.#image.sha256);
    const known = kept && compiled(this.#image.name, kept);
    if (known && !isUntranslatable(known)) return { translation: mapOf(kept), module: known, kept: true };
    const translation = this.#translate(missed);
    if (isUntranslatable(translation)) return translation;
    const module = compiled(this.#image.name, translation);
    if (isUntranslatable(module)) return module;
    cache?.save(this.#image.sha256, translation);
    return { translation: mapOf(translation), module, kept: false };
  }

  /** Which code there is, guests decide: what the translator did not foresee ends nothing but the translation. */
  #translate(missed: readonly number[]): Translation | Untranslatable {
    try {
      return this.#image.translate(missed);
    } catch (error) {
      return defective(error);
    }
  }

  /** An engine with its translation. Undefined where there is none. */
  #translatedAhead(): Translator | undefined {
    const ready = this.#readyAhead();
    if (!ready) return undefined;
    this.#translator ??= this.#createTranslator(new BriefStretches());
    if (!this.#translator.translation) this.#translator.adopt(ready.translation, ready.module);
    return this.#translator;
  }

  /** Both engines, the translator with its translation. Undefined where there is none. */
  #compared(): Lockstep | undefined {
    if (this.#lockstep) return this.#lockstep;
    const ready = this.#readyAhead();
    if (!ready) return undefined;
    const { program, interpreter } = this.#image;
    // What is to be checked is translated code, however brief a stretch is.
    this.#checked = this.#createTranslator(undefined);
    this.#checked.adopt(ready.translation, ready.module);
    this.#lockstep = new Lockstep(program, interpreter, this.#checked);
    return this.#lockstep;
  }

  /** The translation that some VM of the image runs already, or one made now. Undefined where there is none. */
  #readyAhead(): Translator["translation"] {
    const known = this.#translator?.translation ?? this.#checked?.translation;
    if (known) return known;
    const ready = this.ready(NO_ADDRESSES);
    if (isUntranslatable(ready)) {
      this.#untranslatable = true;
      this.onUntranslatable?.(ready, false);
      return undefined;
    }
    this.translatesAside = false;
    this.translationKept = ready.kept;
    this.#tellIfPartly(ready.translation);
    return ready;
  }

  #createTranslator(brief: BriefStretches | undefined): Translator {
    const { program, interpreter } = this.#image;
    return new Translator(program, interpreter, {
      worthwhile: undefined,
      brief,
      translate: (missed, adopt) => {
        const again = this.ready(missed);
        if (isUntranslatable(again)) this.onUntranslatable?.(again, true);
        else adopt(again.translation, again.module);
      },
    });
  }

  #tellIfPartly({ isPartial }: CodeMap): void {
    if (!isPartial || this.#toldPartly) return;
    this.#toldPartly = true;
    this.onPartlyTranslated?.();
  }
}

/** The host has a copy of the module's bytes, which are megabytes. */
function mapOf({ bytes: _, ...map }: Translation): CodeMap {
  return map;
}

const madeLast = new KeptModules();

/** What V8 says of a module that is beyond some limit of its own, and not wrong. */
const BEYOND_A_LIMIT = /max|too large|exceed|memory/i;

/** The module; or why the host refuses it. */
function compiled(image: string, { bytes }: Translation): WebAssembly.Module | Untranslatable {
  try {
    const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    madeLast.keep(image, module);
    return module;
  } catch (error) {
    // More bytes than V8 takes for a module are a RangeError.
    const isLimit = error instanceof RangeError || (error instanceof Error && BEYOND_A_LIMIT.test(error.message));
    return isLimit ? TOO_LARGE : defective(error);
  }
}
