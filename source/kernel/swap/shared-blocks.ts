/**
 * Contents of stored blocks that were met more than once: what is put out is compared with them byte for byte, and where it is the
 * same it is not written again. VMs of one image have most of their blocks in common.
 *
 * A block met for the first time leaves only its checksum, in a table of fixed size; met again, its contents are kept, as many as
 * there is room for. Those that were asked for since they were last looked at stay, the others make room (CLOCK).
 */

/** Checksums remembered: of the blocks of thousands of VMs. */
const SEEN = 1 << 16;

interface Shared {
  readonly checksum: number;
  readonly slot: number;
  readonly bytes: Buffer;
  used: boolean;
}

export class SharedBlocks {
  readonly #room: number;
  readonly #seen = new Uint32Array(SEEN);
  readonly #byChecksum = new Map<number, Shared>();
  readonly #bySlot = new Map<number, Shared>();

  /** @param room blocks whose contents are kept, at most */
  constructor(room: number) {
    this.#room = room;
  }

  /** The slot that holds the same bytes; undefined when that is not known. */
  find(checksum: number, bytes: Uint8Array): number | undefined {
    const shared = this.#byChecksum.get(checksum);
    if (shared?.bytes.compare(bytes) !== 0) return undefined;
    shared.used = true;
    return shared.slot;
  }

  /** What a slot holds, if it is kept; not to be changed. */
  contents(slot: number): Buffer | undefined {
    const shared = this.#bySlot.get(slot);
    if (shared) shared.used = true;
    return shared?.bytes;
  }

  /** Says that a slot was written; its contents are copied if they were met before. */
  written(checksum: number, slot: number, bytes: Uint8Array): void {
    const place = checksum % SEEN;
    const again = this.#seen[place] === checksum;
    this.#seen[place] = checksum;
    if (!again || this.#room === 0 || this.#byChecksum.has(checksum)) return;
    while (this.#bySlot.size >= this.#room) this.#makeRoom();
    const shared = { checksum, slot, bytes: Buffer.from(bytes), used: false };
    this.#byChecksum.set(checksum, shared);
    this.#bySlot.set(slot, shared);
  }

  /** A slot holds nothing any more. */
  forget(slot: number): void {
    const shared = this.#bySlot.get(slot);
    if (!shared) return;
    this.#bySlot.delete(slot);
    this.#byChecksum.delete(shared.checksum);
  }

  /** Looks at the one looked at longest ago: lets it go, or lets it have another round. */
  #makeRoom(): void {
    for (const [slot, shared] of this.#bySlot) {
      this.#bySlot.delete(slot);
      if (shared.used) {
        shared.used = false;
        this.#bySlot.set(slot, shared);
      } else this.#byChecksum.delete(shared.checksum);
      return;
    }
  }
}
