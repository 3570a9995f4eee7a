/**
 * Images on their way into the store through the supervisor VM. Bytes are appended in order to an upload of an announced
 * length; only when all are there is the image checked, and it joins the store or leaves no trace.
 */

import { AbiError } from "../abi.js";
import { UserError } from "../errors.js";
import { MAXIMUM_UPLOAD, MAXIMUM_UPLOADED_IMAGES, UPLOAD_MEMORY } from "../params.js";
import type { ImageStore } from "../vm/image-store.js";

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Bytes that have come. */
  length: number;
}

export class Uploads {
  readonly #images: ImageStore;
  /** Bytes of all uploaded images, those under way included. */
  #taken = 0;
  /** All uploaded images, those under way included. */
  #count = 0;

  constructor(images: ImageStore) {
    this.#images = images;
  }

  /** @throws UserError when the store cannot have that name @returns an upload, or an `AbiError` */
  begin(name: string, length: number): Upload | number {
    this.#images.checkNewName(name);
    if (length > MAXIMUM_UPLOAD) return AbiError.TOO_BIG;
    if (length === 0) throw new UserError(`image '${name}' is empty; send an ELF file`);
    if (this.#taken + length > UPLOAD_MEMORY || this.#count === MAXIMUM_UPLOADED_IMAGES) return AbiError.NO_SPACE;
    this.#taken += length;
    this.#count++;
    return { name, bytes: new Uint8Array(length), length: 0 };
  }

  /** @returns 0, or `TOO_BIG` when more comes than was announced */
  append(upload: Upload, bytes: Uint8Array): number {
    if (upload.length + bytes.length > upload.bytes.length) return AbiError.TOO_BIG;
    upload.bytes.set(bytes, upload.length);
    upload.length += bytes.length;
    return 0;
  }

  /** @throws UserError saying why this is no image, or no whole one; nothing of it is left */
  complete(upload: Upload): void {
    const { name, bytes, length } = upload;
    try {
      if (length < bytes.length) throw new UserError(`image '${name}' is cut off: ${length} of ${bytes.length} bytes`);
      this.#images.add(name, bytes);
    } catch (error) {
      this.abandon(upload);
      throw error;
    }
  }

  abandon(upload: Upload): void {
    this.#taken -= upload.bytes.length;
    this.#count--;
  }
}
