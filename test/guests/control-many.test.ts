/** The supervisor in a machine of more VMs and images than it looks at in one go. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { boot, consoleOf, IMAGES, MIB, runFor, typeLine } from "../kernel/boot.js";
import { answer, ControlClient, controlled, HTTP, head, request, TOKEN } from "./control-client.js";

const SUPERVISOR = 1;

it("finds each of many VMs, by name, by number and as they are made, and says which ended", {
  timeout: 120_000,
}, () => {
  const kernel = boot({ supervisor: true, memoryBudget: 8 * MIB });
  kernel.uplink.protect(TOKEN);
  const ids = kernel.spawn({ image: "hello", name: "web", count: 16_500, memory: 131_072 });
  for (const id of ids.slice(1)) kernel.pause(id);
  runFor(kernel, 0.1);
  const last = ids.at(-1) as number;
  const shown = { status: 200, body: { id: last, name: "web-16500" } };
  expect(request(kernel, "GET", `/vms/${last}`)).toMatchObject(shown);
  expect(request(kernel, "GET", "/vms/web-16500")).toMatchObject(shown);
  expect(request(kernel, "POST", "/vms", '{"image":"ticker","name":"clock"}')).toMatchObject({
    status: 201,
    body: { id: last + 1, name: "clock" },
  });
  const all = new ControlClient(kernel, HTTP).send(head("GET", "/vms", "Connection: close\r\n"));
  all.untilEnded(20);
  expect(answer(all.text).body.vms).toHaveLength(16_502);
  kernel.kill(last + 1);
  runFor(kernel, 0.1);
  expect(consoleOf(kernel, SUPERVISOR)).toContain(`VM ${last + 1} (clock) terminated\n`);
});

it("says of each VM once that it ended, however many do together", () => {
  const kernel = controlled();
  const ids = kernel.spawn({ image: "exit", name: "short", count: 100 });
  runFor(kernel, 1);
  const [broken] = kernel.spawn({ image: "hostile-divide", name: "broken" });
  runFor(kernel, 1);
  const said = consoleOf(kernel, SUPERVISOR).match(/^VM .*$/gm);
  expect(said?.filter((line) => line.endsWith(" terminated"))).toHaveLength(ids.length);
  expect(new Set(said).size).toBe(ids.length + 1);
  expect(said?.at(-1)).toBe(`VM ${broken} (broken) crashed`);
});

it("says at its console how many VMs there are besides those listed", () => {
  const kernel = controlled();
  kernel.spawn({ image: "exit", name: "short", count: 99 });
  runFor(kernel, 1);
  const before = consoleOf(kernel, SUPERVISOR).length;
  typeLine(kernel, SUPERVISOR, "list");
  runFor(kernel, 0.2);
  const listed = consoleOf(kernel, SUPERVISOR).slice(before);
  expect(listed.match(/^ +\d+ /gm)).toHaveLength(50);
  expect(listed).toContain("... and 50 more (`list all`)\n");
});

it("lists several hundred images, and knows each name that is taken", () => {
  const kernel = controlled();
  const file = readFileSync(join(IMAGES, "hello.elf"));
  const put = (name: string) => head("PUT", `/images/${name}`, `Content-Length: ${file.length}\r\n`);
  const before = kernel.images().length;
  const client = new ControlClient(kernel, HTTP);
  for (let index = 0; index < 300; index++) client.send(put(`mine-${index}`)).send(file);
  client.until((text) => text.split(" 201 Created").length === 301, 20);
  expect(request(kernel, "GET", "/images").body.images).toHaveLength(before + 300);
  const again = new ControlClient(kernel, HTTP).send(put("mine-299"));
  again.untilEnded();
  expect(answer(again.text).status).toBe(409);
});
