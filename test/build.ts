/** Before any test: `dist/`, which tests of the whole program and of the kernel's thread run, is as new as the sources. */

import { fileURLToPath } from "node:url";

export async function setup(): Promise<void> {
  const script = fileURLToPath(new URL("../scripts/build.mjs", import.meta.url));
  const { ensureBuilt } = (await import(script)) as { ensureBuilt(): Promise<void> };
  await ensureBuilt();
}
