/**
 * Which text is simple: letters, digits, box drawing, braille; all that a screen of this program is made of. There every
 * UTF-16 unit is a character of its own, one column wide, and measuring and splitting need no tables. For other text
 * string-width and `Intl.Segmenter` are right, whose regular expressions take a fifth of a second to get ready.
 *
 * scripts/build.mjs puts simple-width.ts and simple-segmenter.ts in their places, in Ink too; nothing else imports them.
 */

/** First and last unit of each range: no control, no combining mark, nothing that is ever two columns wide by itself. */
const SIMPLE_RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e],
  [0xb0, 0xff],
  [0x2010, 0x2026],
  [0x2039, 0x203a],
  [0x2190, 0x2193],
  [0x21c5, 0x21c5],
  [0x2260, 0x2265],
  [0x23ce, 0x23ce],
  [0x2500, 0x25fc],
  [0x2713, 0x2713],
  [0x2717, 0x2717],
  [0x2800, 0x28ff],
];

const ESCAPE = 0x1b;

const simple = new Uint8Array(0x10000);
for (const [first, last] of SIMPLE_RANGES) simple.fill(1, first, last + 1);

/** True for a UTF-16 unit that is a character of its own, one column wide. */
export function isSimpleUnit(unit: number): boolean {
  return simple[unit] !== 0;
}

/** True when every UTF-16 unit of the text is a character of its own, one column wide. */
export function isSimple(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (simple[text.charCodeAt(index)] === 0) return false;
  return true;
}

/** As {@link isSimple}, escape characters allowed. */
export function isSimpleOrEscape(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (simple[unit] === 0 && unit !== ESCAPE) return false;
  }
  return true;
}
