import { expect, it } from "vitest";
import { MOST_MODULES_KEPT } from "../../../source/kernel/params.js";
import { KeptModules } from "../../../source/kernel/vm/kept-modules.js";

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const make = () => new WebAssembly.Module(EMPTY);

it("keeps an image's last module only, however often it is built anew", () => {
  const kept = new KeptModules();
  const last = make();
  for (const module of [make(), make(), last]) kept.keep("web", module);
  expect(kept.modules.length).toBe(1);
  expect(kept.modules[0]).toBe(last);
});

it("lets go of the modules made longest ago where images are many", () => {
  const kept = new KeptModules();
  const modules = Array.from({ length: MOST_MODULES_KEPT + 3 }, make);
  for (const [number, module] of modules.entries()) kept.keep(`image ${number}`, module);
  expect(kept.modules.length).toBe(MOST_MODULES_KEPT);
  for (const [index, module] of kept.modules.entries()) expect(module).toBe(modules[index + 3]);
});
