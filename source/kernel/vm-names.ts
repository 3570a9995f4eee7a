/** What VMs and Ethernets can be called, and what a VM is called that nobody named. */

import { NAME_SIZE } from "./abi.js";
import { UserError } from "./errors.js";

/** Bytes that `-12345` behind the name may take when several VMs have one name. */
const SUFFIX_ROOM = 8;
const LONGEST_NAME = NAME_SIZE - SUFFIX_ROOM;

/** Control and format characters, halves of characters, line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whoever controls the machine finds a VM by either, and would pause or kill another one than was meant. */
const isNumber = (name: string): boolean => /^[0-9]+$/.test(name);

/** What a VM is called after its image: the image's name, as far as it fits a VM's, since nobody chose it for that. */
export function nameFrom(name: string): string {
  let cut = "";
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > LONGEST_NAME) break;
    cut += character;
  }
  return isNumber(cut) ? nameFrom(`vm-${cut}`) : cut;
}

/** @throws UserError unless a VM can be called so */
export function checkVmName(name: string): void {
  checkName(name, "a VM's");
  if (!isNumber(name)) return;
  throw new UserError(`"${name}" cannot be a VM's name: it would be taken for a VM's number; use a letter in it`);
}

/** @throws UserError unless it can be whose name it is to be */
export function checkName(name: string, whose: string): void {
  // Names are shown on terminals and stored in fixed fields: nothing invisible, and room for a suffix.
  if (name.trim() !== "" && Buffer.byteLength(name) <= LONGEST_NAME && !INVISIBLE.test(name)) return;
  throw new UserError(
    `${JSON.stringify(name)} cannot be ${whose} name; use 1 to ${LONGEST_NAME} bytes of printable text`,
  );
}
