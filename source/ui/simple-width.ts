/** The string-width package with a shortcut for simple text; see simple-text.ts. */

import { stripVTControlCharacters } from "node:util";
import generalWidth, { type Options } from "string-width";
import { isSimple } from "./simple-text.js";

/** As string-width: columns that a text takes, escape sequences aside. */
export default function stringWidth(text: string, options?: Options): number {
  if (isSimple(text)) return text.length;
  if (options?.countAnsiEscapeCodes || !text.includes("\x1b")) return generalWidth(text, options);
  const stripped = stripVTControlCharacters(text);
  return isSimple(stripped) ? stripped.length : generalWidth(text, options);
}
