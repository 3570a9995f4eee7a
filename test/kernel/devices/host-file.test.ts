import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt, explainFileError, openFile } from "../../../source/kernel/devices/host-file.js";
import { UserError } from "../../../source/kernel/errors.js";
import { asOrdinaryUser } from "../support/ordinary-user.js";
import { canMount, withSmallDisk } from "../support/small-disk.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "denali-host-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as UserError;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("was not refused");
}

describe("opening a file", () => {
  it("makes one that nobody else may read", () => {
    const path = join(folder, "new");
    openFile(path, { create: true, exclusive: true });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("says what is wrong, with which file, and what to do", () => {
    const path = join(folder, "file");
    writeFileSync(path, "x");
    expect(refusal(() => openFile(join(folder, "none")))).toBe(
      `cannot open ${folder}/none: no such file or folder; check the path`,
    );
    expect(refusal(() => openFile(path, { create: true, exclusive: true }))).toMatch(
      /file: it exists already; remove it/,
    );
    expect(refusal(() => openFile(join(path, "below"), { create: true }))).toMatch(
      /below: a part of the path is a file/,
    );
    expect(refusal(() => openFile(folder))).toMatch(/it is a folder; give the path of a file/);
    expect(refusal(() => openFile(folder, { readOnly: true }))).toMatch(/not a regular file/);
    expect(refusal(() => openFile("/dev/full"))).toMatch(/not a regular file/);
    expect(refusal(() => openFile(join(folder, "x".repeat(300)), { create: true }))).toMatch(/name is too long/);
    symlinkSync("loop", join(folder, "loop"));
    expect(refusal(() => openFile(join(folder, "loop")))).toMatch(/loop of symbolic links/);
  });
});

describe("permissions", () => {
  it("that are missing are named", () => {
    const path = join(folder, "file");
    writeFileSync(path, "x");
    chmodSync(path, 0);
    chmodSync(folder, 0o555);
    try {
      asOrdinaryUser(() => {
        expect(refusal(() => openFile(path))).toBe(
          `cannot open ${path}: permission denied; change its permissions or choose another path`,
        );
        expect(refusal(() => openFile(join(folder, "new"), { create: true }))).toMatch(/permission denied/);
      });
    } finally {
      chmodSync(folder, 0o755);
    }
  });

  it.skipIf(!canMount())("that the file system denies are named", () =>
    withSmallDisk(65_536, (disk) => {
      writeFileSync(join(disk.folder, "file"), "x");
      disk.makeReadOnly();
      expect(refusal(() => openFile(join(disk.folder, "file")))).toMatch(
        /file: its file system is mounted read-only; choose/,
      );
      expect(refusal(() => openFile(join(disk.folder, "new"), { create: true }))).toMatch(/mounted read-only/);
      openFile(join(disk.folder, "file"), { readOnly: true });
    }),
  );
});

describe("explaining an error", () => {
  it.each(["EACCES", "EROFS", "ENOSPC", "EFBIG", "EIO", "EDQUOT", "EMFILE"])("%s has words and a remedy", (code) => {
    const error = Object.assign(new Error(`${code}: whatever, open`), { code });
    const { message } = explainFileError("/a/b", "write", error);
    expect(message).toMatch(/^cannot write \/a\/b: [^;]+; .+/);
    expect(message).not.toContain(code);
  });

  it("passes on what the host says where it has no words", () => {
    const error = Object.assign(new Error("EWEIRD: odd, open"), { code: "EWEIRD" });
    expect(explainFileError("/a/b", "write", error).message).toContain("EWEIRD: odd");
  });

  it("keeps defects apart from the host's errors", () => {
    const defect = new TypeError("x is undefined");
    expect(() =>
      attempt("/a", "open", () => {
        throw defect;
      }),
    ).toThrow(defect);
    const misuse = Object.assign(new TypeError("bad argument"), { code: "ERR_INVALID_ARG_TYPE" });
    expect(() => explainFileError("/a", "open", misuse)).toThrow(misuse);
  });

  it("names a folder that cannot be made", () => {
    writeFileSync(join(folder, "file"), "");
    const path = join(folder, "file", "state");
    expect(refusal(() => attempt(path, "make folder", () => mkdirSync(path)))).toMatch(
      /cannot make folder .*state: a part/,
    );
  });
});
