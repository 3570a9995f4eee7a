/** Why an image has no translation, for whoever is told: its VMs are interpreted, which changes nothing but how long they take. */

export interface Untranslatable {
  /** What a notice says behind the image's name. */
  readonly reason: string;
  /** Several lines for whoever has to mend it; only where denali is at fault. */
  readonly report?: string;
}

/** A function is beyond the limits of the host's WebAssembly, or all of it beyond its memory. */
export const TOO_LARGE: Untranslatable = { reason: "is too large to be translated on this host" };

export const TOO_SLOW: Untranslatable = { reason: "takes too long to be translated on this host" };

/** Something was thrown on the way that nobody foresaw. It harms this image alone: which code there is, guests decide. */
export function defective(error: unknown): Untranslatable {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const [what] = message.split("\n");
  return {
    reason: `cannot be translated, which is a defect of denali: please report it (${what})`,
    report: stack ?? message,
  };
}

export function isUntranslatable(made: object): made is Untranslatable {
  return "reason" in made;
}
