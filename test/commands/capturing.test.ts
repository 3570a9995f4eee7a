/** What a command says when the capture that was asked for has its end. */

import { afterEach, expect, it, vi } from "vitest";
import { parseArguments } from "../../source/commands/arguments.js";
import { startCapturing } from "../../source/commands/capturing.js";
import { spec as exec } from "../../source/commands/exec.js";
import type { CaptureSummary } from "../../source/host/client.js";
import { FakeClient } from "../ui/fake-client.js";

const ENDED = "capturing to lan.pcapng has ended at its limit of 1024 MiB; capture what follows in another file";

afterEach(() => vi.restoreAllMocks());

/** What is said on standard error of a capture that came to this. */
async function said(summary: Partial<CaptureSummary>, haveTold?: (text: string) => boolean): Promise<string[]> {
  const client = FakeClient.fleet();
  client.stopCapture = async () => ({ path: "lan.pcapng", frames: 12, dropped: 0, ...summary });
  const capturing = await startCapturing(client, parseArguments(exec, ["pong", "--pcap", "lan.pcapng"]), haveTold);
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await capturing.stop();
  const texts = write.mock.calls.map(([text]) => String(text));
  write.mockRestore();
  return texts;
}

it("is nothing where all frames are in the file", async () => {
  expect(await said({})).toEqual([]);
});

it("is that the file was full, unless that was told when it happened", async () => {
  expect(await said({ ended: ENDED })).toEqual([`denali: ${ENDED}\n`]);
  expect(await said({ ended: ENDED }, (text) => text === ENDED)).toEqual([]);
});

it("is how many frames are missing", async () => {
  expect(await said({ dropped: 3 })).toEqual(["denali: lan.pcapng lacks 3 frames that could not be written\n"]);
});
