/** The supervisor's control interface, as curl and a telnet client use it while guests serve others. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGE_FOLDER, PACKAGE_FOLDER } from "../../source/host/places.js";
import { eventually, page as fetchPage, stop } from "./fleet-process.js";
import { freePort } from "./free-port.js";
import { DENALI, Home } from "./program.js";

const home = new Home();
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("curl is not installed: the control interface is not tested");

let running: ChildProcess | undefined;
let ports: { web: number; http: number; telnet: number };
let token = "";

beforeAll(async () => {
  ports = { web: await freePort(), http: await freePort(), telnet: await freePort() };
  const fleet = home.file("control.yaml", "vms: [{ image: httpd, name: web }, { image: lua }]\n");
  const options = ["--publish", `${ports.web}:web:80`, "--control", `${ports.http}`];
  const denali = spawn(
    process.execPath,
    [DENALI, "run", fleet, "--for", "600s", "--json", ...options, "--control-telnet", `${ports.telnet}`],
    { cwd: PACKAGE_FOLDER, env: home.environment, stdio: ["ignore", "ignore", "pipe"] },
  );
  running = denali;
  token = await new Promise<string>((resolve, reject) => {
    let told = "";
    denali.stderr.on("data", (bytes) => {
      told += bytes;
      const found = /token ([0-9a-f]{32})\n/.exec(told)?.[1];
      if (found) resolve(found);
    });
    denali.once("close", () => reject(new Error(`denali ended: ${told}`)));
  });
  await page();
}, 120_000);

afterAll(async () => {
  if (running) await stop(running, "SIGINT");
  home.remove();
});

/** The page that a guest serves. */
const page = () => eventually(running, () => fetchPage(`http://127.0.0.1:${ports.web}/`));

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function curl(...words: string[]): Promise<Answer> {
  const path = words.pop();
  const ended = await home.run("curl", ["-sS", "-m", "60", "-w", "%{http_code}", ...words, url(path ?? "/")]);
  expect(ended.stderr).toBe("");
  expect(ended.stdout).toMatch(/\n\d{3}$/);
  return { status: Number(ended.stdout.slice(-3)), body: JSON.parse(ended.stdout.slice(0, -3)) };
}

const url = (path: string) => `http://127.0.0.1:${ports.http}${path}`;
const bearer = () => ["-H", `Authorization: Bearer ${token}`];
const ask = (...words: string[]) => curl(...bearer(), ...words);
const post = (path: string, body = "") => ask("-X", "POST", "--data-binary", body, path);
const patch = (path: string, body: string) => ask("-X", "PATCH", "--data-binary", body, path);
const remove = (path: string) => ask("-X", "DELETE", path);
const upload = (name: string, file: string) => ask("-T", file, `/images/${name}`);
const image = (name: string) => join(IMAGE_FOLDER, `${name}.elf`);

async function names(path: "vms" | "images"): Promise<unknown[]> {
  const { body } = await ask(`/${path}`);
  return (body[path] as { name: string }[]).map(({ name }) => name);
}

/** Asks again until the VM's console has the text: it runs in real time. */
async function consoleWith(vm: string, text: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { body } = await ask(`/vms/${vm}/console`);
    if (String(body.text).includes(text)) return String(body.text);
    expect(Date.now(), `${vm} printed ${JSON.stringify(body.text)}`).toBeLessThan(deadline);
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  // Being cut off is what some of these clients deserve, and it may happen before they know that they are connected.
  socket.on("error", () => {});
  await new Promise<unknown>((resolve) => socket.once("connect", resolve).once("close", resolve));
  return socket;
}

/** Everything that comes until the other side ends. */
async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = await open(port);
  let answer = "";
  socket.on("data", (more) => {
    answer += more;
  });
  socket.write(bytes);
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}

const OPTIONS = { timeout: 120_000 };

describe.skipIf(!hasCurl)("the control interface over HTTP", OPTIONS, () => {
  it("says nothing without the token", async () => {
    for (const path of ["/", "/vms", "/nothing"]) {
      expect(await curl(path)).toMatchObject({ status: 401, body: { error: expect.stringContaining("token") } });
      expect(await curl("-H", `Authorization: Bearer ${token}0`, path)).toMatchObject({ status: 401 });
      expect(await curl("-H", `Authorization: Basic ${token}`, path)).toMatchObject({ status: 401 });
    }
    expect(await curl("-T", image("hello"), "/images/mine")).toMatchObject({ status: 401 });
    expect(await names("images")).not.toContain("mine");
  });

  it("lists VMs and images, and shows the machine", async () => {
    expect(await names("vms")).toEqual(expect.arrayContaining(["supervisor", "web", "lua"]));
    expect(await names("images")).toEqual(expect.arrayContaining(["hello", "httpd"]));
    expect((await ask("/machine")).body).toMatchObject({ quantumMilliseconds: 5, policy: "round-robin" });
  });

  it("creates a VM with all its settings, pauses, resumes, kills and forgets it", async () => {
    const wanted = { image: "ticker", name: "clock", arguments: ["100"], memory: 262_144, tickets: 7 };
    const created = await post("/vms", JSON.stringify(wanted));
    expect(created).toMatchObject({
      status: 201,
      body: { name: "clock", image: "ticker", memory: 262_144, tickets: 7 },
    });
    expect((await post("/vms/clock/pause")).body).toMatchObject({ state: "paused" });
    expect(await post("/vms/clock/pause")).toMatchObject({ status: 409, body: { error: "clock is paused already" } });
    expect((await post(`/vms/${created.body.id}/resume`)).body.state).not.toBe("paused");
    expect((await patch("/vms/clock", '{"tickets": 12}')).body).toMatchObject({ tickets: 12 });
    await consoleWith("clock", "\ntick "); // Not its first line. On a busy host it misses ticks, and says so.
    expect(await remove("/vms/clock")).toMatchObject({ status: 409 });
    expect((await post("/vms/clock/kill")).body).toMatchObject({ state: "terminated", status: 137 });
    expect(await post("/vms/clock/kill")).toMatchObject({ status: 409 });
    expect(await remove("/vms/clock")).toMatchObject({ status: 200 });
    expect(await ask("/vms/clock")).toMatchObject({ status: 404 });
  });

  it("types at a VM's console and reads what it printed, from any position on", async () => {
    expect(await post("/vms/lua/console", "print(6 * 7)\n")).toMatchObject({ status: 200, body: { typed: 13 } });
    expect(await consoleWith("lua", "42\n")).toContain("> print(6 * 7)");
    const all = (await ask("/vms/lua/console")).body;
    const rest = (await ask(`/vms/lua/console?from=${Number(all.next) - 2}`)).body;
    expect(rest).toMatchObject({ from: Number(all.next) - 2, next: all.next, text: "> ", ended: false });
    expect(await ask("/vms/lua/console?from=x")).toMatchObject({ status: 400 });
  });

  it("turns quantum and policy, both or neither", async () => {
    expect((await patch("/machine", '{"quantumMilliseconds": 2.5, "policy": "lottery"}')).body).toMatchObject({
      quantumMilliseconds: 2.5,
      policy: "lottery",
    });
    expect(await patch("/machine", '{"quantumMilliseconds": 0, "policy": "round-robin"}')).toMatchObject({
      status: 422,
    });
    expect(await patch("/machine", '{"policy": "magic"}')).toMatchObject({ status: 422 });
    expect((await ask("/machine")).body).toMatchObject({ quantumMilliseconds: 2.5, policy: "lottery" });
    await patch("/machine", '{"quantumMilliseconds": 5, "policy": "round-robin"}');
  });

  it("runs an image that was uploaded", async () => {
    expect(await upload("mine", image("hello"))).toMatchObject({ status: 201, body: { name: "mine" } });
    expect(await upload("large", image("redis"))).toMatchObject({ status: 201 });
    expect(await post("/vms", '{"image": "mine", "arguments": ["of", "mine"]}')).toMatchObject({ status: 201 });
    expect(await consoleWith("mine", "\n")).toMatch(/hello/i);
    expect(await upload("mine", image("hello"))).toMatchObject({ status: 409 });
  });

  it("refuses an upload that is no image, too large or cut off, and keeps nothing of it", async () => {
    const before = await names("images");
    const whole = readFileSync(image("hello"));
    const garbage = home.file("garbage", Buffer.alloc(5_000, "garbage"));
    const half = home.file("half", whole.subarray(0, 1_000));
    expect(await upload("garbage", garbage)).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("not an ELF file") },
    });
    expect(await upload("half", half)).toMatchObject({ status: 422 });
    expect(await upload("empty", home.file("empty", ""))).toMatchObject({ status: 422 });
    expect(await upload("a%20b", image("hello"))).toMatchObject({ status: 422 });
    expect(await upload("huge", home.file("huge", Buffer.alloc(17 << 20)))).toMatchObject({ status: 413 });
    for (let count = 0; count < 5; count++) {
      const socket = await open(ports.http);
      const head = `PUT /images/torn HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 16000000\r\n\r\n`;
      socket.write(head);
      socket.write(whole);
      await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    }
    expect(await names("images")).toEqual(before);
    expect(await upload("torn", image("hello"))).toMatchObject({ status: 201 });
    expect(await page()).toContain("virtual machine");
  });

  it("answers what makes no sense with what is wrong", async () => {
    expect(await ask("/nothing")).toMatchObject({ status: 404 });
    expect(await ask("/vms/nobody")).toMatchObject({ status: 404 });
    expect(await remove("/vms")).toMatchObject({ status: 405 });
    expect(await post("/vms/supervisor/kill")).toMatchObject({ status: 403 });
    for (const [status, body] of [
      [400, '{"image":'],
      [400, '{"image": "hello"} x'],
      [400, '{"image": "hel\nlo"}'],
      [400, '{"image": "hello", "image": "hello"}'],
      [422, "{}"],
      [422, '{"image": "nothing"}'],
      [422, '{"image": 7}'],
      [422, '{"image": "hello", "tickets": 0}'],
      [422, '{"image": "hello", "memory": 10}'],
      [422, '{"image": "hello", "name": "\\u0007"}'],
      [422, '{"image": "hello", "name": "\\u0000"}'],
      [422, '{"image": "hello", "arguments": ["a b"]}'],
      [422, '{"image": "hello", "colour": "red"}'],
      [413, `{"image": "${"x".repeat(5_000)}"}`],
    ] as const) {
      const answer = await post("/vms", body);
      expect([body, answer.status]).toEqual([body, status]);
      expect(answer.body).toEqual({ error: expect.stringMatching(/^[^\n]+$/) });
    }
    expect((await post("/vms", '{"image": "hel')).body).toEqual({ error: "the body is not JSON" });
    const numbered = await post("/vms", '{"image": "hello", "name": "5"}');
    expect(numbered.body).toEqual({ error: expect.stringMatching(/^"5" cannot be a VM's name: .*number/) });
    expect(await names("vms")).not.toContain("hello");
  });

  it("answers what is not HTTP, and ends", async () => {
    for (const [status, head] of [
      [400, "nonsense\r\n\r\n"],
      [400, "GET vms HTTP/1.1\r\nHost: x\r\n\r\n"],
      [400, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"],
      [400, "GET / HTTP/1.1\r\n\r\n"],
      [400, "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"],
      [400, "GET / HTTP/1.1\r\nHost: \u0001\r\n\r\n"],
      [400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
      [400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
      [411, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
      [414, `GET /${"x".repeat(300)} HTTP/1.1\r\nHost: x\r\n\r\n`],
      [431, `GET / HTTP/1.1\r\nX: ${"x".repeat(5_000)}`],
      [505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"],
    ] as const) {
      expect((await exchange(ports.http, head)).split("\r\n")[0]).toMatch(`HTTP/1.1 ${status} `);
    }
    expect(await ask("/")).toMatchObject({ status: 200 });
  });

  it("speaks HTTP/1.0, and several requests on a connection", async () => {
    const authorization = `Authorization: Bearer ${token}\r\n`;
    const old = await exchange(ports.http, `GET /vms HTTP/1.0\r\n${authorization}\r\n`);
    expect(JSON.parse(old.slice(old.indexOf("\r\n\r\n")))).toHaveProperty("vms");
    const get = (more: string) => `GET /machine HTTP/1.1\r\nHost: x\r\n${authorization}${more}\r\n`;
    const answers = await exchange(ports.http, get("") + get("") + get("Connection: close\r\n"));
    expect(answers.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(3);
  });

  it("serves on while many clients are slow, and guests are served, too", async () => {
    const slow = await Promise.all(Array.from({ length: 150 }, () => open(ports.http)));
    for (const socket of slow) socket.write("GET / HTTP/1.1\r\nHost: slo");
    expect(await names("vms")).toContain("web");
    expect(await page()).toContain("virtual machine");
    for (const socket of slow) socket.destroy();
  });
});

describe("the control interface over telnet", OPTIONS, () => {
  const telnet = (...lines: string[]) => exchange(ports.telnet, lines.map((line) => `${line}\r\n`).join(""));

  it("ends for who has no token", async () => {
    const answer = await telnet("guess", "kill web");
    expect(answer).toMatch(/^Denali supervisor\r\ntoken: wrong token\r\n$/);
    expect(await page()).toContain("virtual machine");
  });

  it("has the supervisor's commands", async () => {
    const answer = await telnet(token, "help", "create -m 256 -t 9 ticker tock 100", "list", "tickets tock", "quit");
    for (const verb of ["list", "create", "pause", "resume", "kill", "forget", "console", "type", "quantum", "policy"])
      expect(answer).toContain(`\r\n${verb} `);
    expect(answer).toContain("created 1 VM\r\n");
    expect(answer).toMatch(/ tock +ticker +\w+ +256KB/);
    expect(answer).toContain("tickets 9\r\n");
    const changed = await telnet(token, "pause tock", "resume tock", "kill tock", "forget tock", "list all", "quit");
    expect(changed).toMatch(/paused VM \d+ \(tock\)\r\n.*resumed VM.*killed VM.*forgot VM/s);
    expect(changed).not.toMatch(/ tock +ticker/);
  });

  it("types at a console and shows it", async () => {
    await telnet(token, "type lua print(17 * 3)", "quit");
    const deadline = Date.now() + 60_000;
    while (!(await telnet(token, "console lua", "quit")).includes("51\r\n")) expect(Date.now()).toBeLessThan(deadline);
  });

  it("skips telnet's own commands, refuses options, and survives noise", async () => {
    const line = Buffer.from(`${token}\r\nquantum\r\nquit\r\n`);
    const answer = await exchange(
      ports.telnet,
      Buffer.concat([Buffer.of(255, 253, 24, 255, 250, 1, 2, 255, 240), line]),
    );
    expect(answer).toContain("quantum 5.000 ms\r\n");
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 256));
    const socket = await open(ports.telnet);
    socket.write(noise);
    socket.end();
    expect(await telnet(token, "x".repeat(400), "nonsense", "quit")).toMatch(/too long.*no command `nonsense`/s);
  });
});
