/**
 * Persistent virtual disks: files `<name>.disk` in one folder, independent of the VMs that use them (format:
 * disk-format.ts). A disk is made, sparse, when it is first opened for writing; from then on its size is the file's. It has
 * any number of users that only read it, or one that writes. A file that is not wholly in order is refused and not touched.
 *
 * What was written survives the end of this program, not a crash of the host: nothing is forced to the medium.
 */

import { closeSync, existsSync, fstatSync, ftruncateSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskSpec } from "../commands.js";
import { InUseError, UserError } from "../errors.js";
import { MAXIMUM_DISK_BLOCKS } from "../params.js";
import type { BlockFile, BlockFileFactory } from "./block-file.js";
import { DISK_HEADER_SIZE, decodeDiskHeader, diskFileSize, encodeDiskHeader } from "./disk-format.js";
import { FileLock } from "./file-lock.js";
import { attempt, explainFileError, makeFolder, openFile } from "./host-file.js";
import { VirtualDisk } from "./virtual-disk.js";

export { VirtualDisk };

/** A disk's name is a part of its file's name, and nothing more. */
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** A disk in use. */
interface OpenDisk {
  readonly file: BlockFile;
  readonly blocks: number;
  readonly lock: FileLock;
  /** Whether it was made when it was opened. */
  readonly made: boolean;
  /** The disk as its users see it, and what the users are called. */
  readonly users: Map<VirtualDisk, string>;
}

export class DiskStore {
  readonly #folder: string;
  readonly #makeFile: BlockFileFactory;
  readonly #open = new Map<string, OpenDisk>();
  readonly #closing = new Set<Promise<void>>();
  /** The first that the host refused when a disk was closed or removed: what was written last may be lost, or a file be left over. */
  #failure: UserError | undefined;

  /** @param folder is made when a disk is first opened */
  constructor(folder: string, makeFile: BlockFileFactory) {
    this.#folder = folder;
    this.#makeFile = makeFile;
  }

  /**
   * Opens a disk for one user.
   * @param user what to call the user when another is refused
   * @throws UserError when the disk cannot be had: a bad name or size, a damaged file; InUseError for somebody else's use
   */
  open(spec: DiskSpec, user = "another VM"): VirtualDisk {
    checkDisk(spec);
    const disk = this.#open.get(spec.name) ?? this.#openDisk(spec);
    const holder = disk.users.entries().next().value;
    if (holder !== undefined && !(spec.readOnly && holder[0].readOnly)) {
      const use = holder[0].readOnly ? "read" : "written";
      throw new InUseError(
        `disk "${spec.name}" is being ${use} by ${holder[1]}: it can have one VM that writes or many that read; use another disk`,
      );
    }
    const virtualDisk = new VirtualDisk(disk.file, disk.blocks, spec.readOnly, (unused) =>
      this.#leave(spec.name, virtualDisk, unused),
    );
    disk.users.set(virtualDisk, user);
    return virtualDisk;
  }

  /**
   * Closes every disk when its transfers have ended. No user may touch its disk after this.
   * @throws UserError when the host refused to close or to remove a disk, now or before
   */
  async close(): Promise<void> {
    for (const [name, disk] of this.#open) this.#close(name, disk).finally(() => this.#unlock(name, disk.lock));
    this.#open.clear();
    await Promise.all(this.#closing);
    if (this.#failure) throw this.#failure;
  }

  /**
   * The last user's transfers have ended, so the disk may be opened again at once. Who leaves may be taking back more than this
   * disk, and cannot mend what the host refuses.
   */
  #leave(name: string, virtualDisk: VirtualDisk, unused: boolean): void {
    const disk = this.#open.get(name);
    if (!disk?.users.delete(virtualDisk) || disk.users.size > 0) return;
    this.#open.delete(name);
    if (unused && disk.made) this.#remove(name);
    this.#unlock(name, disk.lock);
    this.#close(name, disk);
  }

  #remove(name: string): void {
    this.#attempt(name, "remove", () => rmSync(this.#path(name), { force: true }));
  }

  #unlock(name: string, lock: FileLock): void {
    this.#attempt(name, "unlock", () => lock.release());
  }

  /** Notes what the host refuses for when the store closes. */
  #attempt(name: string, what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failure ??= explainFileError(this.#path(name), what, error);
    }
  }

  /** Rejects with defects alone: nobody waits for a disk that its last user has left. */
  #close(name: string, { file }: OpenDisk): Promise<void> {
    const closing = (async () => file.close())()
      .catch((error) => {
        this.#failure ??= explainFileError(this.#path(name), "close", error);
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.disk`);
  }

  #openDisk(spec: DiskSpec): OpenDisk {
    const path = this.#path(spec.name);
    if (spec.readOnly && !existsSync(path)) {
      throw new UserError(`disk "${spec.name}" does not exist (${path}); start a VM that may write it first`);
    }
    makeFolder(this.#folder);
    const lock = FileLock.acquire(path);
    let made = false;
    try {
      if (!existsSync(path)) {
        createDiskFile(path, spec);
        made = true;
      }
      const disk = { ...openDiskFile(path, spec.readOnly, this.#makeFile), lock, made, users: new Map() };
      this.#open.set(spec.name, disk);
      return disk;
    } catch (error) {
      if (made) this.#remove(spec.name);
      this.#unlock(spec.name, lock);
      throw error;
    }
  }
}

/** @throws UserError for a name or a size that no disk can have */
export function checkDisk({ name, blocks }: Pick<DiskSpec, "name" | "blocks">): void {
  if (!NAME.test(name)) {
    throw new UserError(
      `${JSON.stringify(name)} cannot be the name of a disk: use up to 64 letters, digits, ".", "_" and "-", and no "." in front`,
    );
  }
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > MAXIMUM_DISK_BLOCKS) {
    throw new UserError(`disk "${name}" cannot have ${blocks} blocks; give 1 to ${MAXIMUM_DISK_BLOCKS}`);
  }
}

/** Makes the file beside its place and moves it there complete: half a disk is never seen. */
function createDiskFile(path: string, { blocks }: DiskSpec): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  const { descriptor } = openFile(unfinished, { create: true, exclusive: true });
  try {
    attempt(path, "make disk", () => {
      writeFileSync(descriptor, encodeDiskHeader(blocks));
      ftruncateSync(descriptor, diskFileSize(blocks));
      renameSync(unfinished, path);
    });
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file and checks that it is a virtual disk in order. */
function openDiskFile(
  path: string,
  readOnly: boolean,
  makeFile: BlockFileFactory,
): { file: BlockFile; blocks: number } {
  const host = openFile(path, { readOnly });
  try {
    const { size } = fstatSync(host.descriptor);
    const header = Buffer.alloc(DISK_HEADER_SIZE);
    const length = attempt(path, "read", () => readSync(host.descriptor, header, 0, header.length, 0));
    const blocks = decodeDiskHeader(header.subarray(0, length), size);
    if (typeof blocks === "string") {
      throw new UserError(
        `cannot use ${path} as a disk: ${blocks}; restore it, or remove it to start with an empty disk`,
      );
    }
    return { file: makeFile(host), blocks };
  } catch (error) {
    closeSync(host.descriptor);
    throw error;
  }
}
