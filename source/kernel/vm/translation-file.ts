/**
 * The file of a translation that is kept. Numbers are little-endian and 32 bits wide, checksums in the key are bytes.
 *
 * ```
 * 0 magic "DNLITRAN"   8 version of the format   12 bytes behind the header   16 SHA-256 of the image
 * 48 SHA-256 of the translator   80 CRC-32 of what is behind the header   84 CRC-32 of all before
 * ```
 */

import { crc32 } from "node:zlib";

const MAGIC = Buffer.from("DNLITRAN");
const VERSION = 1;
const Field = { VERSION: 8, SIZE: 12, IMAGE: 16, TRANSLATOR: 48, CONTENT: 80, CHECKSUM: 84 } as const;

/** Bytes of the header. */
export const TRANSLATION_HEADER_SIZE = 88;

/** What a translation was made of: checksums of the image and of the translator, 64 hexadecimal digits each. */
export interface TranslationKey {
  readonly image: string;
  readonly translator: string;
}

/** The header of a file with this content. */
export function encodeTranslationHeader(key: TranslationKey, content: Uint8Array): Buffer {
  const header = Buffer.alloc(TRANSLATION_HEADER_SIZE);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, Field.VERSION);
  header.writeUInt32LE(content.length, Field.SIZE);
  header.write(key.image, Field.IMAGE, "hex");
  header.write(key.translator, Field.TRANSLATOR, "hex");
  header.writeUInt32LE(crc32(content), Field.CONTENT);
  header.writeUInt32LE(crc32(header.subarray(0, Field.CHECKSUM)), Field.CHECKSUM);
  return header;
}

/** The content of a file; undefined when it is damaged, of another format, or of another image or translator. */
export function decodeTranslationFile(file: Buffer, key: TranslationKey): Uint8Array | undefined {
  if (file.length < TRANSLATION_HEADER_SIZE || MAGIC.compare(file, 0, MAGIC.length) !== 0) return undefined;
  if (file.readUInt32LE(Field.CHECKSUM) !== crc32(file.subarray(0, Field.CHECKSUM))) return undefined;
  if (file.readUInt32LE(Field.VERSION) !== VERSION) return undefined;
  if (file.toString("hex", Field.IMAGE, Field.TRANSLATOR) !== key.image) return undefined;
  if (file.toString("hex", Field.TRANSLATOR, Field.CONTENT) !== key.translator) return undefined;
  const content = file.subarray(TRANSLATION_HEADER_SIZE);
  if (content.length !== file.readUInt32LE(Field.SIZE)) return undefined;
  return crc32(content) === file.readUInt32LE(Field.CONTENT) ? content : undefined;
}
