/**
 * What a kernel can run on, and one run of it: a process that prints `begin TIME` and `end CHECKSUM TIME`, times being the
 * CPU time of the thread in nanoseconds.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../scripts/build.mjs";
import { fail } from "../../scripts/setup.mjs";
import { BUILD_FOLDER } from "./programs.mjs";

const RUN_GUEST = fileURLToPath(new URL("run-guest.mjs", import.meta.url));
export const NATIVE = { name: "native", command: (program) => [program.native] };
/** The native program of hosts that run no i386 ones, beside the i386 one where that runs: how good a stand-in it is. */
export const REASSEMBLED = "reassembled";
const QEMU = "qemu-i386";

/** Seconds after which a run counts as hanging. */
const PATIENCE = 300;

/**
 * The engines, native first. qemu is left out where it is not installed, and that is said.
 * @param guestEngines names of the engines that virtual machines can run on, or {@link REASSEMBLED}
 * @param nodeOptions options for the process that hosts a virtual machine
 */
export async function findEngines(guestEngines, nodeOptions = []) {
  await bundle("source/host/local-client.ts", BUILD_FOLDER);
  const client = join(BUILD_FOLDER, "local-client.js");
  const qemu = spawnSync(QEMU, ["--version"], { encoding: "utf8" });
  if (qemu.error)
    process.stderr.write(`${QEMU} is not installed, so it is left out; on Debian: apt-get install qemu-user\n`);
  return [
    NATIVE,
    ...(qemu.error ? [] : [{ name: QEMU, command: (program) => [QEMU, program.i386] }]),
    ...guestEngines.map((name) => ({
      name,
      command: (program) =>
        name === REASSEMBLED
          ? [program.reassembled]
          : [
              process.execPath,
              "--disable-warning=ExperimentalWarning",
              ...nodeOptions,
              RUN_GUEST,
              client,
              name,
              program.image,
            ],
    })),
  ];
}

/**
 * Runs a kernel once. Fails loudly when it does not end well.
 * @returns checksum, and time in nanoseconds from the first mark to the second
 */
export function runOnce(engine, name, program, warmUp, iterations) {
  const [command, ...fixed] = engine.command(program);
  const { status, signal, stdout, stderr, error } = spawnSync(command, [...fixed, String(warmUp), String(iterations)], {
    encoding: "utf8",
    timeout: PATIENCE * 1000,
  });
  const complain = (what) => fail(`${name} on ${engine.name}: ${what}\n${stdout ?? ""}${stderr ?? ""}`);
  if (error) complain(error.message);
  if (status !== 0) complain(`ended with ${signal ?? `status ${status}`}`);
  const marks = /^begin (\d+)\nend ([0-9a-f]{8}) (\d+)\n$/.exec(stdout);
  if (!marks) complain("printed something else than its two marks");
  return { checksum: marks[2], time: Number(marks[3]) - Number(marks[1]) };
}
