/**
 * One connection between a socket of the host and the supervisor VM: a byte stream, or the datagrams of one sender. The kernel
 * keeps what the supervisor has not taken yet and who is to be told what; protocols are the host's and the guests' matter.
 */

import { AbiError, UplinkFlag, UplinkKind } from "../abi.js";
import { UPLINK_BUFFER } from "../params.js";

/** The host's end of a channel. Called in the middle of the kernel's work. */
export interface UplinkPeer {
  /** Takes bytes, or one datagram; they are a copy. @returns false when no more should come until {@link UplinkChannel.writable} */
  send(bytes: Uint8Array): boolean;
  /** Nothing more will be sent. */
  finish(): void;
  /** The supervisor has given the channel back. @param broken it gave up in the middle: the other side is to notice */
  close(broken: boolean): void;
  /** There is room again, after a `push` that said there was none. */
  room(): void;
}

/** What a channel is about. */
export interface UplinkTarget {
  readonly kind: UplinkKind;
  /** Name of the VM that a published port leads to; of the outside's host, where the supervisor connects. */
  readonly name: string;
  readonly port: number;
}

/** A VM that the supervisor connects for. */
export interface UplinkGuest {
  readonly id: number;
  readonly name: string;
}

export class UplinkChannel {
  /** The host's end, set by the host before anything is sent. */
  peer: UplinkPeer | undefined;
  /** Bits of `UplinkFlag` that the supervisor was not told yet. */
  flags = 0;
  readonly #raise: (channel: UplinkChannel, flag: number) => void;
  readonly #queue: Uint8Array[] = [];
  #bytes = 0;
  #wantsRoom = false;
  #congested = false;
  #ended = false;
  #finished = false;
  #closed = false;

  /**
   * @param raise notes something to tell the supervisor
   * @param guest the VM that asked for it; of what comes from outside, and where the supervisor does not say, there is none
   */
  constructor(
    readonly handle: number,
    readonly target: UplinkTarget,
    raise: (channel: UplinkChannel, flag: number) => void,
    readonly guest?: UplinkGuest,
  ) {
    this.#raise = raise;
  }

  // The host's.

  /** The connection that the supervisor asked for exists. */
  opened(): void {
    this.#raise(this, UplinkFlag.OPENED);
  }

  /** Brings bytes, or one datagram. @returns false when no more should come until the peer's `room`; a datagram is lost then */
  push(bytes: Uint8Array): boolean {
    if (bytes.length === 0 || this.#closed) return true;
    if (this.target.kind === UplinkKind.DATAGRAMS && this.#bytes >= UPLINK_BUFFER) return false;
    this.#queue.push(bytes);
    this.#bytes += bytes.length;
    this.#raise(this, UplinkFlag.READABLE);
    this.#wantsRoom = this.#bytes >= UPLINK_BUFFER;
    return !this.#wantsRoom;
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#raise(this, UplinkFlag.READABLE);
  }

  /** The host can take bytes again. */
  writable(): void {
    if (!this.#congested) return;
    this.#congested = false;
    this.#raise(this, UplinkFlag.WRITABLE);
  }

  /** The connection is gone, both ways. */
  broken(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#raise(this, UplinkFlag.CLOSED);
  }

  // The supervisor's.

  /**
   * @returns bytes moved; 0 at the end; `AGAIN` when there is nothing now; `TOO_BIG` for a datagram that does not fit; `INVALID`
   * without room for a byte of what is there: 0 would be the end
   */
  receive(buffer: Uint8Array): number {
    const first = this.#queue[0];
    if (!first) return this.#closed ? AbiError.INPUT_OUTPUT : this.#ended ? 0 : AbiError.AGAIN;
    if (this.target.kind === UplinkKind.DATAGRAMS && first.length > buffer.length) return AbiError.TOO_BIG;
    if (buffer.length === 0) return AbiError.INVALID;
    const moved = Math.min(first.length, buffer.length);
    buffer.set(first.subarray(0, moved));
    if (moved === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(moved);
    this.#bytes -= moved;
    if (this.#wantsRoom && this.#bytes < UPLINK_BUFFER / 2) {
      this.#wantsRoom = false;
      this.peer?.room();
    }
    return moved;
  }

  /** @returns bytes taken, all of them; `AGAIN` until the supervisor is told that it is writable */
  send(bytes: Uint8Array): number {
    if (this.#closed || !this.peer) return AbiError.INPUT_OUTPUT;
    if (this.#finished) return AbiError.INVALID;
    if (this.#congested) return AbiError.AGAIN;
    if (bytes.length > 0) this.#congested = !this.peer.send(bytes.slice());
    return bytes.length;
  }

  finish(): number {
    if (!this.#closed && !this.#finished) this.peer?.finish();
    this.#finished = true;
    return 0;
  }

  /** Drops what was not taken and tells the host. */
  release(): void {
    if (!this.#closed) this.peer?.close(!this.#finished || this.#bytes > 0);
    this.#closed = true;
    this.#queue.length = 0;
    this.#bytes = 0;
  }
}
