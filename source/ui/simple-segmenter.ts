/** `Intl.Segmenter` with a shortcut for simple text; see simple-text.ts. */

import { isSimpleOrEscape } from "./simple-text.js";

/** What iterating over `Intl.Segments` gives, as far as anybody here looks at it. */
interface Segment {
  readonly segment: string;
  readonly index: number;
  readonly input: string;
}

/** As `Intl.Segmenter` for graphemes. An escape character is a grapheme of its own. */
export class SimpleSegmenter {
  #general: Intl.Segmenter | undefined;
  readonly #options: ConstructorParameters<typeof Intl.Segmenter>;

  constructor(...options: ConstructorParameters<typeof Intl.Segmenter>) {
    this.#options = options;
  }

  segment(text: string): Iterable<Segment> {
    const granularity = this.#options[1]?.granularity ?? "grapheme";
    if (granularity !== "grapheme" || !isSimpleOrEscape(text)) return this.#segmentGenerally(text);
    return Array.from({ length: text.length }, (_, index) => ({ segment: text[index], index, input: text }));
  }

  #segmentGenerally(text: string): Iterable<Segment> {
    this.#general ??= new GeneralSegmenter(...this.#options);
    return this.#general.segment(text);
  }
}

/** Taken out of `Intl` in this way because the build replaces `Intl.Segmenter`. */
const { Segmenter: GeneralSegmenter } = Intl;
