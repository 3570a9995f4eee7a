/** Which translator this is, for those who keep what it made. */

declare const TRANSLATOR_VERSION: string | undefined;

/**
 * A checksum over the sources that decide what is made of an image, in hexadecimal, which the build puts in here: nobody has
 * to remember to raise a number. Undefined where the sources run without a build; then nothing can be kept.
 */
export const translatorVersion: string | undefined =
  typeof TRANSLATOR_VERSION === "undefined" ? undefined : TRANSLATOR_VERSION;
