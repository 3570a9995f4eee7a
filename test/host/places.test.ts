/** Where a person's files are kept: as the XDG Base Directory Specification has it, also for a user without a home folder. */

import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { cacheFolder, configFolder, stateFolder } from "../../source/host/places.js";
import { UserError } from "../../source/kernel/index.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** @param named what the variables of the specification say */
function stub(home: () => string, named: string | undefined): void {
  vi.spyOn(os, "homedir").mockImplementation(home);
  syncBuiltinESMExports(); // Whoever imports it by its name gets the other one.
  for (const name of ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]) vi.stubEnv(name, named);
}

test("files are kept in the home folder, unless a variable names another by its whole path", () => {
  for (const ignored of [undefined, "relative"]) {
    stub(() => "/home/ann", ignored);
    expect([stateFolder(), configFolder(), cacheFolder()]).toEqual([
      "/home/ann/.local/state/denali",
      "/home/ann/.config/denali",
      "/home/ann/.cache/denali",
    ]);
  }
  stub(() => "/home/ann", "/elsewhere");
  expect([stateFolder(), configFolder(), cacheFolder()]).toEqual(Array(3).fill("/elsewhere/denali"));
});

test.each([
  [
    "no entry among the users and no HOME",
    () => {
      throw Object.assign(new Error("uv_os_homedir returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
    },
  ],
  ["an empty HOME", () => ""],
])("for a user with %s nothing is kept that can be done without, and disks go where it is said", (_, home) => {
  stub(home, undefined);
  expect([configFolder(), cacheFolder()]).toEqual([undefined, undefined]);
  expect(() => stateFolder()).toThrow(
    new UserError("there is no home folder; set HOME, or name a folder with --state"),
  );
  expect(stateFolder("/said")).toBe("/said");
});
