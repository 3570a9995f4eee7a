/**
 * What may be drawn of a text that somebody else wrote: symbols of an image, arguments, paths, what a guest prints. Nothing of
 * it may reach the terminal as a control sequence or turn the direction of writing around.
 */

import { isSimple } from "../simple-text.js";

/** Controls, format characters, halves of characters and those that are none. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\ufffd]/gu;

/** The text with a dot for each character that must not be drawn. */
export function printable(text: string): string {
  return isSimple(text) ? text : text.replace(UNPRINTABLE, "·");
}
