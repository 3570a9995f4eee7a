/** The control device's newer operations, by the handles that the supervisor would hold. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  AbiError,
  ControlConsole,
  ControlDetails,
  ControlHandle,
  ControlOperation,
  ControlUpload,
} from "../../../source/kernel/abi.js";
import type { ConsoleChunk, Kernel } from "../../../source/kernel/index.js";
import { MAXIMUM_UPLOAD, MAXIMUM_UPLOADED_IMAGES, UPLOAD_MEMORY } from "../../../source/kernel/params.js";
import { CapabilityTable } from "../../../source/kernel/supervisor/capabilities.js";
import { ControlDevice } from "../../../source/kernel/supervisor/control-device.js";
import { ImageStore } from "../../../source/kernel/vm/image-store.js";
import type { Vm } from "../../../source/kernel/vm/vm.js";
import type { VmTable } from "../../../source/kernel/vm/vm-table.js";
import { boot, IMAGES, runFor } from "../boot.js";

const NOTHING = new Uint8Array(0);
const HELLO = readFileSync(join(IMAGES, "hello.elf"));

let kernel: Kernel;
let images: ImageStore;
let device: ControlDevice;
let handle: number;
let id: number;

beforeEach(() => {
  kernel = boot();
  images = new ImageStore([IMAGES]);
  [id] = kernel.spawn({ image: "echo" });
  runFor(kernel, 0.1);
  // Commands go to a kernel as they do in one; what the records of VMs say is looked at through the supervisor elsewhere.
  const vm = { id, tickets: 100, status: undefined, console: { total: 7 }, fault: undefined } as unknown as Vm;
  const vms = { panel: kernel.panel, find: (wanted: number) => (wanted === id ? vm : undefined) } as VmTable;
  const capabilities = new CapabilityTable(vms);
  device = new ControlDevice(kernel, vms, images, capabilities);
  handle = capabilities.grant(vm);
});

const onVm = (operation: number, buffer: Uint8Array = NOTHING) => device.perform(operation, handle, buffer);
const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

function reason(): string {
  const buffer = Buffer.alloc(200);
  const length = device.perform(ControlOperation.REASON, ControlHandle.MACHINE, buffer);
  return buffer.toString("utf8", 0, length);
}

function readConsole(position: number, room: number): ConsoleChunk {
  const buffer = Buffer.alloc(ControlConsole.BYTES + room);
  buffer.writeBigUInt64LE(BigInt(position));
  const length = onVm(ControlOperation.READ_CONSOLE, buffer);
  const bytes = buffer.subarray(ControlConsole.BYTES, ControlConsole.BYTES + length);
  return { position: Number(buffer.readBigUInt64LE()), bytes, ended: false };
}

function begin(name: string, length: number): number {
  const record = Buffer.alloc(ControlUpload.SIZE);
  record.write(name);
  record.writeUInt32LE(length, ControlUpload.LENGTH);
  return device.perform(ControlOperation.UPLOAD, ControlHandle.IMAGE_STORE, record);
}

const append = (upload: number, bytes: Uint8Array) => device.perform(ControlOperation.APPEND, upload, bytes);
const complete = (upload: number) => device.perform(ControlOperation.COMPLETE, upload, NOTHING);

describe("a VM's handle", () => {
  it("types at the console and reads it, a piece at a time", () => {
    expect(onVm(ControlOperation.TYPE, Buffer.from("hello\n"))).toBe(6);
    runFor(kernel, 0.1);
    const all = readConsole(0, 1_000);
    expect(`${all.bytes}`).toContain("hello");
    expect(readConsole(2, 3)).toMatchObject({ position: 2, bytes: all.bytes.subarray(2, 5) });
    expect(onVm(ControlOperation.READ_CONSOLE, new Uint8Array(4))).toBe(AbiError.TOO_BIG);
  });

  it("sets tickets, tells details, and is gone when the VM is forgotten", () => {
    expect(onVm(ControlOperation.SET_TICKETS, word(12))).toBe(0);
    expect(kernel.panel.vm.tickets[kernel.inspect(id).row]).toBe(12);
    expect(onVm(ControlOperation.SET_TICKETS, word(0))).toBe(AbiError.INVALID);
    expect(reason()).toBe("0 is not a number of lottery tickets; give 1 to 10000");
    const details = Buffer.alloc(ControlDetails.SIZE);
    expect(onVm(ControlOperation.DETAILS, details)).toBe(0);
    expect(details.readUInt32LE(ControlDetails.TICKETS)).toBe(100);
    expect(details.readBigUInt64LE(ControlDetails.CONSOLE_LENGTH)).toBe(7n);
    expect(onVm(ControlOperation.FORGET)).toBe(AbiError.INVALID);
    expect(reason()).toContain("is still alive");
  });

  it("has no power over images, nor the machine's over VMs", () => {
    expect(onVm(ControlOperation.UPLOAD)).toBe(AbiError.DENIED);
    expect(onVm(ControlOperation.REASON)).toBe(AbiError.DENIED);
    expect(device.perform(ControlOperation.TYPE, ControlHandle.MACHINE, NOTHING)).toBe(AbiError.DENIED);
  });
});

describe("an upload", () => {
  it("joins the store when all of it is there", () => {
    const upload = begin("mine", HELLO.length);
    expect(append(upload, HELLO.subarray(0, 100))).toBe(0);
    expect(images.names).not.toContain("mine");
    expect(append(upload, HELLO.subarray(100))).toBe(0);
    expect(complete(upload)).toBe(0);
    expect(images.get("mine").sha256).toBe(images.get("hello").sha256);
    expect(complete(upload)).toBe(AbiError.NOT_FOUND);
    expect(begin("mine", 10)).toBe(AbiError.INVALID);
    expect(reason()).toBe("there is an image 'mine' already; choose another name");
  });

  it("leaves nothing when it is cut off, too long, abandoned or no image", () => {
    const short = begin("short", HELLO.length);
    append(short, HELLO.subarray(0, 100));
    expect(complete(short)).toBe(AbiError.INVALID);
    expect(reason()).toBe(`image 'short' is cut off: 100 of ${HELLO.length} bytes`);
    expect(append(begin("long", 10), HELLO)).toBe(AbiError.TOO_BIG);
    const abandoned = begin("abandoned", HELLO.length);
    append(abandoned, HELLO);
    expect(device.perform(ControlOperation.ABANDON, abandoned, NOTHING)).toBe(0);
    expect(complete(abandoned)).toBe(AbiError.NOT_FOUND);
    const text = begin("text", 5_000);
    append(text, Buffer.alloc(5_000, "text"));
    expect(complete(text)).toBe(AbiError.INVALID);
    expect(images.names).toEqual(new ImageStore([IMAGES]).names);
  });

  it("is bounded, alone and together with others, and gives its memory back", () => {
    expect(begin("huge", MAXIMUM_UPLOAD + 1)).toBe(AbiError.TOO_BIG);
    const uploads = Array.from({ length: UPLOAD_MEMORY / MAXIMUM_UPLOAD }, (_, index) =>
      begin(`image-${index}`, MAXIMUM_UPLOAD),
    );
    expect(Math.min(...uploads)).toBeGreaterThan(0);
    expect(begin("more", 1)).toBe(AbiError.NO_SPACE);
    device.perform(ControlOperation.ABANDON, uploads[0], NOTHING);
    expect(begin("more", 1)).toBeGreaterThan(0);
  });

  it("is one of a bounded number, however small they are", () => {
    const uploads = Array.from({ length: MAXIMUM_UPLOADED_IMAGES }, (_, index) => begin(`image-${index}`, 1));
    expect(begin("more", 1)).toBe(AbiError.NO_SPACE);
    expect(complete(uploads[0])).toBe(AbiError.INVALID);
    expect(begin("more", 1)).toBeGreaterThan(0);
  });

  it.each(["", "a b", "../x", "hello", "-x", "x".repeat(25), "naïve"])("cannot be called '%s'", (name) => {
    expect(begin(name, 10)).toBe(AbiError.INVALID);
  });

  it("of bytes gone wrong is an image or is refused, and never more than that", () => {
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(HELLO);
      for (let flip = 0; flip < 4; flip++) bytes[(round * 131 + flip * 977) % 160] = (round * 37 + flip * 101) & 0xff;
      const upload = begin(`mine-${round}`, bytes.length);
      append(upload, bytes);
      const result = complete(upload);
      expect([0, AbiError.INVALID]).toContain(result);
      if (result !== 0) refused++;
    }
    expect(refused).toBeGreaterThan(100);
  });
});
