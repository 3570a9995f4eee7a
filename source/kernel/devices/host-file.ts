/**
 * Files of the host as the kernel opens them, and what to tell a person when the host refuses: one line that names the
 * file, what is wrong with it and what to do.
 */

import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { invariant, UserError } from "../errors.js";

/** An open file. Whoever opened it closes it. */
export interface HostFile {
  readonly path: string;
  readonly descriptor: number;
  readonly readOnly: boolean;
  /** Transfers go past the host's page cache. */
  readonly direct: boolean;
}

export interface OpenOptions {
  /** Make the file when there is none. */
  readonly create?: boolean;
  /** With `create`: refuse a file that exists already. */
  readonly exclusive?: boolean;
  readonly readOnly?: boolean;
  /** Past the host's page cache; refused where the host cannot, see direct-file.ts. */
  readonly direct?: boolean;
}

/** Files hold what guests hold: nobody but the operator reads them. */
const OWNER_ONLY = 0o600;

/** Opens a regular file. @throws UserError saying why it cannot be opened */
export function openFile(path: string, options: OpenOptions = {}): HostFile {
  const readOnly = options.readOnly ?? false;
  let flags = readOnly ? constants.O_RDONLY : constants.O_RDWR;
  if (options.create) flags |= constants.O_CREAT;
  if (options.exclusive) flags |= constants.O_EXCL;
  if (options.direct) flags |= constants.O_DIRECT;
  const descriptor = attempt(path, "open", () => openSync(path, flags, OWNER_ONLY));
  if (!fstatSync(descriptor).isFile()) {
    closeSync(descriptor);
    throw new UserError(`cannot open ${path}: it is not a regular file; choose another path`);
  }
  return { path, descriptor, readOnly, direct: options.direct ?? false };
}

/** Makes a folder and those above it, as far as they do not exist. @throws UserError when the host refuses */
export function makeFolder(path: string): void {
  attempt(path, "make folder", () => makeMissing(resolve(path)));
}

/** One by one: Node's own recursive way never ends where the host says that a folder's parent is missing, as in /proc. */
function makeMissing(path: string): void {
  const found = (looked: string) => statSync(looked, { throwIfNoEntry: false });
  if (found(path)?.isDirectory()) return;
  // A file in a folder's place is left to the host, which says so of what is below it.
  if (found(dirname(path)) === undefined) makeMissing(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!found(path)?.isDirectory()) throw error;
  }
}

/** Does something with a file of the host. @param what the verb for it @throws UserError when the host refuses */
export function attempt<T>(path: string, what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explainFileError(path, what, error);
  }
}

/** The one line for an error of the host's file system; an error of another kind is a defect and thrown as it is. */
export function explainFileError(path: string, what: string, error: unknown): UserError {
  invariant(error instanceof Error, "only errors are thrown");
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || code.startsWith("ERR_")) throw error;
  const [problem, remedy] = FILE_ERRORS[code] ?? [`the host says ${error.message}`, "mend that or choose another path"];
  return new UserError(`cannot ${what} ${path}: ${problem}; ${remedy}`, { cause: error });
}

/** By error code: what is wrong, and what to do. */
const FILE_ERRORS: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  EACCES: ["permission denied", "change its permissions or choose another path"],
  EPERM: ["the host does not allow it", "change its permissions or choose another path"],
  ENOENT: ["no such file or folder", "check the path"],
  ENOTDIR: ["a part of the path is a file, not a folder", "choose another path"],
  EEXIST: ["it exists already", "remove it or choose another path"],
  EISDIR: ["it is a folder", "give the path of a file"],
  EROFS: ["its file system is mounted read-only", "choose a path on another one"],
  ENOSPC: ["no space is left on the disk", "free some or choose a path on another one"],
  EDQUOT: ["the disk quota is used up", "free some space or choose a path elsewhere"],
  EFBIG: ["the file would grow beyond the host's limit", "raise the limit (ulimit -f) or choose another file system"],
  EMFILE: ["too many files are open", "raise the limit (ulimit -n)"],
  ENFILE: ["the host has too many open files", "close some programs"],
  ENAMETOOLONG: ["the name is too long", "choose a shorter one"],
  ELOOP: ["it is a loop of symbolic links", "choose another path"],
  ETXTBSY: ["a program is running from it", "stop that program or choose another path"],
  EIO: ["the disk failed to read or write it", "check the disk"],
};
