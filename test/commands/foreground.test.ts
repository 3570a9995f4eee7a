import { afterEach, expect, it, vi } from "vitest";
import { Foreground } from "../../source/commands/foreground.js";
import type { Output } from "../../source/commands/output.js";
import { Image } from "../../source/kernel/vm/image.js";
import { IMAGES, temporaryFolder } from "../kernel/boot.js";

afterEach(() => vi.restoreAllMocks());

/** Runs a program to its end; answers its exit status, what it printed and what standard error was told. */
async function run(image: string, engine: "both" | "translator") {
  let printed = "";
  const output = {
    isFull: false,
    ready: async () => {},
    write: (bytes: Uint8Array) => {
      printed += Buffer.from(bytes).toString("utf8");
    },
  };
  let told = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    told += text;
    return true;
  });
  const machine = {
    clock: "virtual",
    supervisor: false,
    stateFolder: temporaryFolder(),
    imageFolders: [IMAGES],
    engine,
  } as const;
  const foreground = new Foreground(machine, output as unknown as Output);
  try {
    await foreground.start({ image });
    await foreground.runToEnd(undefined, new AbortController().signal);
    return { status: await foreground.conclude(), printed, told };
  } finally {
    await foreground.close();
  }
}

it.each(["both", "translator"] as const)(
  "says what of denali's own is to be mended, though the program did well (%s)",
  async (engine) => {
    vi.spyOn(Image.prototype, "translate").mockImplementation(() => {
      throw new Error("a branch to nowhere");
    });
    const { status, printed, told } = await run("hello", engine);
    expect(status).toBe(0);
    expect(printed).toContain("Hello");
    expect(told).toMatch(
      /^denali: hello cannot be translated, which is a defect of denali: please report it \(a branch to nowhere\).*\n.*\n/,
    );
  },
);

it("says nothing where nothing is to be mended", async () => {
  expect(await run("hello", "both")).toMatchObject({ status: 0, told: "" });
});
