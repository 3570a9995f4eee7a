/** A store of which an image was damaged: who asks for that one is told, and nobody else is kept from anything. */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listImages } from "../../../source/kernel/index.js";
import { ImageStore } from "../../../source/kernel/vm/image-store.js";
import { boot, consoleOf, IMAGES, runFor, temporaryFolder } from "../boot.js";

/** A store of `hello`, `ticker` and `exit`. */
function store(): string {
  const folder = temporaryFolder();
  const index = JSON.parse(readFileSync(join(IMAGES, "index.json"), "utf8"));
  const entries = (index.images ?? index).filter(({ name }: { name: string }) =>
    ["hello", "ticker", "exit"].includes(name),
  );
  for (const { file } of entries) copyFileSync(join(IMAGES, file), join(folder, file));
  writeFileSync(join(folder, "index.json"), JSON.stringify(entries));
  return folder;
}

it("lists and runs the images that are whole, and says once what is wrong with the others", () => {
  const folder = store();
  const kernel = boot({ imageFolders: [folder] });
  const names = () => kernel.images().map(({ name }) => name);
  expect(names()).toEqual(["exit", "hello", "ticker"]);
  writeFileSync(join(folder, "ticker.elf"), "no image");
  rmSync(join(folder, "exit.elf"));
  expect(names()).toEqual(["hello"]);
  expect(names()).toEqual(["hello"]);
  const texts = kernel.notices(0).map(({ text }) => text);
  expect(texts).toEqual([expect.stringContaining("exit.elf"), expect.stringMatching(/'ticker' is damaged/)]);
  const [id] = kernel.spawn({ image: "hello" });
  runFor(kernel, 0.1);
  expect(consoleOf(kernel, id)).not.toBe("");
  expect(() => kernel.spawn({ image: "ticker" })).toThrow(/damaged/);
});

it("tells whoever lists a folder's images what is wrong with one of them", () => {
  const folder = store();
  writeFileSync(join(folder, "ticker.elf"), "no image");
  expect(() => listImages([folder])).toThrow(/'ticker' is damaged/);
});

it("has an image that was asked for by its path under its name from then on, unless there is one of that name", () => {
  const folder = store();
  const [mine, hello] = ["mine", "hello"].map((name) => join(temporaryFolder(), `${name}.elf`));
  for (const path of [mine, hello]) copyFileSync(join(IMAGES, "exit.elf"), path);
  const kernel = boot({ imageFolders: [folder] });
  const names = () => kernel.images().map(({ name }) => name);
  expect(() => kernel.spawn({ image: "mine" })).toThrow(/there is no image 'mine'/);
  kernel.spawn({ image: mine });
  kernel.spawn({ image: hello });
  expect(names()).toEqual(["exit", "hello", "mine", "ticker"]);
  const ids = [...kernel.spawn({ image: "mine" }), ...kernel.spawn({ image: "hello" })];
  runFor(kernel, 0.1);
  expect(ids.map((id) => consoleOf(kernel, id)).map((text) => text.includes("Hello"))).toEqual([false, true]);
  rmSync(mine);
  expect(names()).toEqual(["exit", "hello", "ticker"]);
  expect(() => kernel.spawn({ image: "mine" })).toThrow(/mine/);
});

it("lets an upload take a name that an image has by its path alone, and no other", () => {
  const folder = store();
  const mine = join(temporaryFolder(), "mine.elf");
  copyFileSync(join(IMAGES, "exit.elf"), mine);
  const images = new ImageStore([folder]);
  const byPath = images.get(mine);
  expect(images.get("mine")).toBe(byPath);
  const hello = new Uint8Array(readFileSync(join(IMAGES, "hello.elf")));
  images.add("mine", hello);
  expect(images.get("mine").description).toBe("uploaded");
  expect(images.names).toEqual(["exit", "hello", "mine", "ticker"]);
  // Whoever gave the path still means the file.
  expect(images.get(mine)).toBe(byPath);
  expect(images.get("mine").description).toBe("uploaded");
  for (const name of ["mine", "ticker"]) {
    expect(() => images.add(name, hello)).toThrow(`there is an image '${name}' already; choose another name`);
  }
});
