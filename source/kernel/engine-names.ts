/** What can execute guest code, by name; vm/image-engines.ts has what each of them is. */
export const ENGINE_NAMES = ["automatic", "translator", "interpreter", "both"] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
