/** Known programs, unmodified, in VMs: the host's own clients talk to them through published ports and the supervisor VM. */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { PACKAGE_FOLDER } from "../../source/host/places.js";
import { ask, client, eventually, hasProgram, page, runFleet, stop } from "./fleet-process.js";
import { freePort } from "./free-port.js";
import { DENALI, endWithTest, Home } from "./program.js";

const home = new Home();
afterAll(() => home.remove());

const hasRedisTools = ["redis-cli", "redis-benchmark"].every((name) =>
  hasProgram(name, "redis-tools", "a test of Redis"),
);

describe.skipIf(!hasRedisTools)("redis, with redis-cli and redis-benchmark", { timeout: 240_000 }, () => {
  it("agrees on a thousand values, and serves twenty clients at once without an error", async () => {
    const port = await freePort();
    const fleet = runFleet(home, "redis", [`publish: ["${port}:store:6379"]`, "vms: [{ image: redis, name: store }]"]);
    expect(await eventually(fleet, () => ask(port, "PING"))).toBe("+PONG\r\n");
    const values = Array.from({ length: 1000 }, (_, key) => `value-${(key * 7919) % 1000}`);
    const cli = (lines: readonly string[]) => client("redis-cli", ["-p", `${port}`], `${lines.join("\n")}\n`);
    expect(await cli(values.map((value, key) => `SET key:${key} ${value}`))).toBe("OK\n".repeat(1000));
    expect(await cli(values.map((_, key) => `GET key:${key}`))).toBe(`${values.join("\n")}\n`);
    const benchmark = ["-p", `${port}`, "-n", "500", "-c", "20", "-t", "set,get,incr,lpush", "--csv"];
    const [heading, ...rows] = (await client("redis-benchmark", benchmark)).trim().split("\n");
    expect(heading).toMatch(/^"test","rps"/);
    expect(rows.map((row) => row.split(",")[0])).toEqual(['"SET"', '"GET"', '"INCR"', '"LPUSH"']);
    for (const row of rows) expect(Number(row.split(",")[1].replaceAll('"', ""))).toBeGreaterThan(0);
    expect(await cli(["DBSIZE", "GET key:999"])).toBe(`1003\n${values[999]}\n`);
  });

  it("throws out what was used longest ago where its memory is full, and goes on", async () => {
    const port = await freePort();
    const fleet = runFleet(home, "full", [`publish: ["${port}:store:6379"]`, "vms: [{ image: redis, name: store }]"]);
    await eventually(fleet, () => ask(port, "PING"));
    // 16 MB into the 8 MB that it may have.
    const benchmark = ["-p", `${port}`, "-n", "1000", "-r", "1000000", "-d", "16384", "-t", "set", "--csv"];
    expect(await client("redis-benchmark", benchmark)).toMatch(/^"SET","\d/m);
    const information = await client("redis-cli", ["-p", `${port}`, "INFO"]);
    expect(Number(/^evicted_keys:(\d+)/m.exec(information)?.[1])).toBeGreaterThan(300);
    expect(Number(/^used_memory:(\d+)/m.exec(information)?.[1])).toBeLessThan(9_000_000);
  });
});

describe("sqlite", () => {
  const args = ["exec", "sqlite", "--disk", "ledger:128", "--", "/disk0/ledger.db"];

  it("has its rows when the whole machine was killed and is started again on the same disk", async () => {
    const first = spawn(process.execPath, [DENALI, ...args], { cwd: PACKAGE_FOLDER, env: home.environment });
    endWithTest(first);
    first.stdin.on("error", () => {}); // It may end before it has read what is typed.
    let shown = "";
    const told = new Promise((resolve) => {
      first.stdout.on("data", (bytes) => {
        shown += bytes;
        if (shown.includes("written|3")) resolve(undefined);
      });
      first.once("close", resolve);
    });
    first.stdin.write("create table entry (name text primary key, amount real);\n");
    first.stdin.write("insert into entry values ('rent', 812.5), ('tea', 3.25), ('book', 19);\n");
    first.stdin.write("select 'written', count(*) from entry;\n");
    await told;
    expect(shown).toContain("written|3");
    await stop(first, "SIGKILL");
    const questions = "select name, amount from entry order by amount;\npragma integrity_check;\n";
    const second = await home.denali(args, questions);
    expect(second.stdout).toMatch(/tea\|3\.25\s+book\|19\.0\s+rent\|812\.5/);
    expect(second.stdout).toMatch(/\bok\b/);
    expect(second.status).toBe(0);
  });
});

describe("lua", () => {
  const path = fileURLToPath(new URL("programs/typed.lua", import.meta.url));
  const found = (shown: string) => shown.replaceAll("\r", "").match(/-{24}\n[\s\S]*\n-{24}/)?.[0];

  it("runs a program of 30 lines typed at its prompt, and finds what Lua elsewhere finds", async () => {
    const typed = await home.denali(["exec", "lua"], readFileSync(path, "utf8"));
    expect(typed.status).toBe(0);
    expect(typed.stdout).toMatch(/^Lua 5\.4\.4 /m);
    expect(found(typed.stdout)).toBe(
      [
        "-".repeat(24),
        ...["8 sguj", "7 rouqil", "6 nezod", "5 evif", "4 htiw", "3 xob", "2 ym", "1 kcap"],
        "25 71,73,79,83,89,97",
        '1.4142135623731 -4.00 "a\\\nb" ff -4 2 1099511627776',
        "false 2 float inf",
        "1 4 9",
        "-".repeat(24),
      ].join("\n"),
    );
    const judge = spawnSync("lua5.4", [path], { encoding: "utf8" });
    if (judge.status === 0) expect(found(typed.stdout)).toBe(judge.stdout.trimEnd());
  });
});

describe("lighttpd", { timeout: 600_000 }, () => {
  const SETTINGS = [
    "server.port = 80",
    'server.document-root = "/disk0"',
    'server.event-handler = "poll"',
    'server.network-backend = "writev"',
    'server.modules = ("mod_staticfile")',
    'mimetype.assign = ("" => "application/octet-stream")',
  ];
  /** 1 MB, each line with its number: 64 bytes times 16,384. */
  const lineOf = (number: number) => `${String(number).padStart(6, "0")}${"0123456789abcdef".repeat(4).slice(6, 63)}\n`;
  const whole = Array.from({ length: 16384 }, (_, index) => lineOf(index + 1)).join("");
  const digest = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

  it("serves a file of 1 MB from a disk, which another program wrote, whole to a hundred clients at once", async () => {
    const state = `${home.folder}/site`;
    // A Lua program, typed at its prompt, prepares the disk.
    const lines = [
      'f = assert(io.open("/disk0/lighttpd.conf", "w"))',
      ...SETTINGS.map((setting) => `f:write([==[${setting}]==], "\\n")`),
      "f:close()",
      'f = assert(io.open("/disk0/site", "w"))',
      `for n = 1, 16384 do f:write(string.format("%06d", n), "${lineOf(0).slice(6, -1)}", "\\n") end`,
      "f:close()",
      'print("prepared", io.open("/disk0/site"):seek("end"))',
    ];
    const disk = ["--state", state, "--disk", "site:512"];
    const prepared = await home.denali(["exec", "lua", ...disk], `${lines.join("\n")}\n`);
    expect(prepared.stdout).toContain("prepared\t1048576");

    const port = await freePort();
    const site = [
      `publish: ["${port}:site:80"]`,
      "vms:",
      "  - { image: lighttpd, name: site, disks: [{ name: site, blocks: 512 }],",
      '      arguments: ["-D", "-f", "/disk0/lighttpd.conf"] }',
    ];
    const fleet = runFleet(home, "site", site, "--state", state);
    const url = `http://127.0.0.1:${port}/`;
    await eventually(fleet, () => page(`${url}lighttpd.conf`));
    const fetchOne = async () => digest(new Uint8Array(await (await fetch(`${url}site`)).arrayBuffer()));
    const fetched = await Promise.all(Array.from({ length: 100 }, fetchOne));
    expect(new Set(fetched)).toEqual(new Set([digest(whole)]));
  });
});
