/** Programs on Ilwaco: those of the committed images, and, where the libraries have been built, those that `cc` compiles. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { boot, consoleOf, figure, runFor, temporaryFolder, typeLine } from "../kernel/boot.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const guests = here("../../guests");

/** Building them takes minutes and Debian's source packages: `make -C guests/ilwaco` does it, and .ci/run. */
const librariesAreBuilt = spawnSync("make", ["-q", "-C", join(guests, "ilwaco")]).status === 0;

/** Runs an image until it ends, for so many seconds of virtual time at most. */
function run(image: string, args: string[] = [], seconds = 5) {
  const kernel = boot();
  const [id] = kernel.spawn({ image, arguments: args });
  for (let elapsed = 0; elapsed < seconds && kernel.inspect(id).state !== "terminated"; elapsed += 0.05)
    runFor(kernel, 0.05);
  const { state, status } = kernel.inspect(id);
  return { state, status, console: consoleOf(kernel, id) };
}

describe("greeter", () => {
  it("finds threads, memory, a clock and files", () => {
    expect(run("greeter", ["world", "moon"])).toEqual({
      state: "terminated",
      status: 0,
      console:
        "greeter on Ilwaco 1, 1280 KB of memory\nhello, world\nhello, moon\n" +
        "kept 3.14 in a file in the year 2002\n",
    });
  });
});

describe("lua", () => {
  const program = [
    "local Queue = {}",
    "Queue.__index = Queue",
    "function Queue.new() return setmetatable({first = 1, last = 0}, Queue) end",
    "function Queue:push(v) self.last = self.last + 1; self[self.last] = v end",
    "function Queue:pop()",
    "  if self.first > self.last then return nil end",
    "  local v = self[self.first]",
    "  self[self.first] = nil",
    "  self.first = self.first + 1",
    "  return v",
    "end",
  ];
  const questions = [
    "q = Q.new()",
    "for i = 1, 10 do q:push(i * i) end",
    "print(q:pop(), q:pop(), q.last)",
    "= 7 // 2, 7 / 2, 7 % -3, 2^10",
    '= string.format("%5.2f|%-6s|%x", math.pi, "ab", 255)',
    "co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * 10) end end)",
    "print(co(), co(), co())",
    'print(pcall(error, "deliberate"))',
    "words = {}",
    'for w in ("the quick brown fox"):gmatch("%a+") do words[#words + 1] = w end',
    "table.sort(words)",
    'print(table.concat(words, ","))',
    'f = assert(io.open("/tmp/n", "w"))',
    'f:write("one\\ntwo\\n")',
    "f:close()",
    'for l in io.lines("/tmp/n") do print(l) end',
    "print(os.getenv('HOME'), #tostring(os.time()))",
    "os.exit(9)",
  ];

  it("runs a program of 30 lines typed at its prompt", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "lua" });
    runFor(kernel, 0.2);
    const lines = [
      ...program.join("\n").replace("local Queue", "Q").replaceAll("Queue", "Q").split("\n"),
      ...questions,
    ];
    expect(lines.length).toBeGreaterThan(28);
    for (const line of lines) {
      typeLine(kernel, id, line);
      runFor(kernel, 0.05);
    }
    const shown = consoleOf(kernel, id);
    for (const answer of ["1\t4\t10", "3\t3.5\t-2\t1024.0", " 3.14|ab    |ff", "10\t20\t30", "false\tdeliberate"])
      expect(shown).toContain(`\n${answer}\n> `);
    expect(shown).toContain("\nbrown,fox,quick,the\n");
    expect(shown).toContain("\none\ntwo\n");
    expect(kernel.inspect(id)).toMatchObject({ state: "terminated", status: 9 });
  });

  it("sees keys that are no characters echoed by name, as terminals do, and takes them back whole", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "lua" });
    runFor(kernel, 0.2);
    // Up is ESC [ A; Backspace takes all three back.
    kernel.type(id, Buffer.from("\x1b[A"));
    runFor(kernel, 0.1);
    expect(consoleOf(kernel, id)).toMatch(/\n> \^\[\[A$/);
    typeLine(kernel, id, "\x7f\x7f\x7fprint('clean')");
    runFor(kernel, 0.1);
    expect(consoleOf(kernel, id)).toContain(`\n> ^[[A${"\b \b".repeat(4)}print('clean')\nclean\n> `);
  });

  it("is interrupted by ^C while it computes, and goes on", () => {
    const kernel = boot();
    const [id] = kernel.spawn({ image: "lua" });
    runFor(kernel, 0.2);
    typeLine(kernel, id, "while true do end");
    runFor(kernel, 0.3);
    kernel.type(id, Buffer.from([3]));
    runFor(kernel, 0.3);
    typeLine(kernel, id, "print('still', 'here')");
    runFor(kernel, 0.2);
    expect(consoleOf(kernel, id)).toMatch(/\^C\n.*interrupted![\s\S]*\nstill\there\n/);
  });
});

describe("sqlite", () => {
  const disks = [{ name: "ledger", blocks: 128, readOnly: false }];
  const image = { image: "sqlite", disks, arguments: ["/disk0/ledger.db"] };

  it("keeps its rows when it is killed and started again on the same disk", { timeout: 60_000 }, () => {
    const kernel = boot();
    const [first] = kernel.spawn(image);
    runFor(kernel, 0.5);
    typeLine(kernel, first, "create table entry (name text primary key, amount real);");
    typeLine(kernel, first, "insert into entry values ('rent', 812.5), ('tea', 3.25), ('book', 19);");
    typeLine(kernel, first, "begin; delete from entry;");
    typeLine(kernel, first, "select 'open', count(*) from entry;");
    runFor(kernel, 2);
    expect(consoleOf(kernel, first)).toContain("open|0\n");
    kernel.kill(first);
    runFor(kernel, 0.1);
    const [second] = kernel.spawn(image);
    runFor(kernel, 0.5);
    typeLine(kernel, second, "select name, amount from entry order by amount;");
    typeLine(kernel, second, "pragma integrity_check;");
    runFor(kernel, 2);
    expect(consoleOf(kernel, second)).toContain("tea|3.25\nbook|19.0\nrent|812.5\n");
    expect(consoleOf(kernel, second)).toMatch(/\nsqlite> ok\n/);
  });

  it("leaves a disk alone that holds something else", () => {
    const kernel = boot();
    kernel.spawn({ image: "disk", disks });
    runFor(kernel, 1);
    const [id] = kernel.spawn(image);
    runFor(kernel, 0.5);
    expect(consoleOf(kernel, id)).toContain("ilwaco: disk 0 has no files: it holds something else\n");
  });
});

describe("httpd and load", () => {
  it("talk TCP over the switch: every request is answered, to every server", { timeout: 60_000 }, () => {
    const kernel = boot();
    const servers = kernel.spawn({ image: "httpd", count: 4 });
    const [client] = kernel.spawn({
      image: "load",
      arguments: ["connections=12", "zipf=1", "seconds=0.5", "interval=9", "10.0.0.1-10.0.0.4"],
    });
    runFor(kernel, 1);
    const shown = consoleOf(kernel, client);
    const [, done, failed] = /total: (\d+) requests, (\d+) failed/.exec(shown)?.map(Number) ?? [];
    expect(done, shown).toBeGreaterThan(100);
    expect(failed).toBe(0);
    for (const id of servers) expect(kernel.inspect(id).state).toBe("idle");
  });

  it("disturb no VM that they do not talk to, not even to find each other", () => {
    const kernel = boot();
    const [, bystander] = kernel.spawn({ image: "httpd", count: 2 });
    kernel.spawn({ image: "load", arguments: ["connections=2", "seconds=0.2", "10.0.0.1"] });
    runFor(kernel, 0.5);
    expect(figure(kernel, bystander, "rxPackets")).toBe(0);
  });

  it("carry a large document unharmed over connections that stay", { timeout: 60_000 }, () => {
    const kernel = boot();
    kernel.spawn({ image: "httpd" });
    const [client] = kernel.spawn({
      image: "load",
      arguments: ["connections=2", "keep=1", "seconds=1", "interval=9", "path=/bytes/300000", "10.0.0.1"],
    });
    runFor(kernel, 2);
    expect(consoleOf(kernel, client)).toMatch(/total: [1-9]\d* requests, 0 failed/);
  });

  it("lose no connection where there are more than a VM's memory has room to send to", { timeout: 120_000 }, () => {
    const kernel = boot();
    kernel.spawn({ image: "httpd", memory: 1024 * 1024 });
    const [client] = kernel.spawn({
      image: "load",
      memory: 32 * 1024 * 1024,
      arguments: ["rate=150", "seconds=2", "interval=99", "path=/bytes/262144", "10.0.0.1"],
    });
    runFor(kernel, 2.2);
    const shown = consoleOf(kernel, client);
    const [, done, failed] = /total: (\d+) requests, (\d+) failed/.exec(shown)?.map(Number) ?? [];
    expect(failed, shown).toBe(0);
    expect(done, shown).toBeGreaterThan(0);
  });

  it("do not wait for clients that are gone where memory is short", { timeout: 120_000 }, () => {
    const kernel = boot();
    kernel.spawn({ image: "httpd", memory: 1024 * 1024 });
    const load = (...args: string[]) =>
      kernel.spawn({ image: "load", memory: 8 * 1024 * 1024, arguments: [...args, "interval=99", "10.0.0.1"] })[0];
    const vanishing = load("connections=60", "seconds=20", "path=/bytes/262144");
    runFor(kernel, 0.5);
    kernel.kill(vanishing);
    runFor(kernel, 30);
    const client = load("connections=4", "seconds=1", "path=/bytes/1024");
    runFor(kernel, 1.5);
    expect(consoleOf(kernel, client)).toMatch(/total: [1-9]\d+ requests, 0 failed/);
  });
});

describe("servers that were not written for this", () => {
  it("lighttpd answers every request, each on its own connection", { timeout: 60_000 }, () => {
    const kernel = boot();
    const [server] = kernel.spawn({ image: "lighttpd" });
    runFor(kernel, 0.3);
    expect(consoleOf(kernel, server)).toContain("server started (lighttpd/1.4.69)");
    const [client] = kernel.spawn({
      image: "load",
      arguments: ["connections=20", "seconds=0.5", "interval=9", "10.0.0.1"],
    });
    runFor(kernel, 1);
    expect(consoleOf(kernel, client)).toMatch(/total: [1-9]\d+ requests, 0 failed/);
  });

  it("lighttpd comes up with a disk to mount while somebody sends frames already", () => {
    const kernel = boot();
    kernel.spawn({ image: "hostile-flood" });
    runFor(kernel, 0.01);
    const disks = [{ name: "site", blocks: 64, readOnly: false }];
    const [server] = kernel.spawn({ image: "lighttpd", disks });
    runFor(kernel, 0.5);
    expect(figure(kernel, server, "rxPackets")).toBeGreaterThan(0);
    expect(consoleOf(kernel, server)).toContain("server started (lighttpd/1.4.69)");
    expect(kernel.inspect(server).state).not.toBe("crashed");
  });

  it("redis comes up and says nothing of calls that are missing", () => {
    const kernel = boot();
    const [server] = kernel.spawn({ image: "redis" });
    runFor(kernel, 1);
    expect(consoleOf(kernel, server)).toContain("Ready to accept connections");
    expect(consoleOf(kernel, server)).not.toContain("no such system call");
  });

  it.skipIf(!librariesAreBuilt)("redis keeps a thousand values, and runs scripts", { timeout: 120_000 }, () => {
    const client = join(temporaryFolder(), "client.elf");
    execFileSync(join(guests, "cc"), ["-O2", "-o", client, here("programs/redis-client.c")]);
    const kernel = boot();
    kernel.spawn({ image: "redis" });
    runFor(kernel, 1);
    const [id] = kernel.spawn({ image: client, arguments: ["10.0.0.1"] });
    runFor(kernel, 4);
    expect(consoleOf(kernel, id)).toBe("1000 set, 1000 agree\nscript: :2000\r\n");
  });
});

describe("arena", () => {
  it("plays twenty ticks a second, and answers bots within a tick", () => {
    const kernel = boot();
    const [server] = kernel.spawn({ image: "arena" });
    const [bots] = kernel.spawn({ image: "arena", arguments: ["bots", "10.0.0.1", "8"] });
    runFor(kernel, 5.5);
    expect(consoleOf(kernel, server)).toMatch(/tick 100: 8 players, \d+ tags, 0 ticks late/);
    const seconds = consoleOf(kernel, bots).trim().split("\n").slice(1);
    expect(seconds.length).toBe(4);
    for (const second of seconds) expect(second).toMatch(/^160 states, 0 missed, latency us p50 \d{4,5} /);
  });
});

describe("guests/cc", () => {
  it.skipIf(!librariesAreBuilt).each(["native", "waiting"])(
    "compiles a program that prints what it prints on Linux: %s",
    { timeout: 120_000 },
    (program) => {
      const folder = temporaryFolder();
      const source = here(`programs/${program}.c`);
      execFileSync("gcc", ["-O2", "-pthread", "-o", join(folder, "native"), source, "-lm"]);
      execFileSync(join(guests, "cc"), ["-O2", "-o", join(folder, "guest.elf"), source, "-lm"]);
      const native = spawnSync(join(folder, "native"), { encoding: "utf8", timeout: 60_000 });
      expect(native.stdout.split("\n").length).toBeGreaterThan(20);
      expect(run(join(folder, "guest.elf"))).toEqual({
        state: "terminated",
        status: native.status,
        console: native.stdout,
      });
    },
  );

  it.skipIf(!librariesAreBuilt)("refuses other processes, and the program goes on", { timeout: 120_000 }, () => {
    const image = join(temporaryFolder(), "guest.elf");
    execFileSync(join(guests, "cc"), ["-O2", "-o", image, here("programs/processes.c")]);
    const lacking = "Function not implemented";
    expect(run(image)).toEqual({
      state: "terminated",
      status: 7,
      console:
        `ilwaco: no such system call here: fork\nposix_spawn: ${lacking}\nsystem: -1, ${lacking}\n` +
        `popen: 0, ${lacking}\nfork: -1, ${lacking}\n`,
    });
  });

  it.skipIf(!librariesAreBuilt)(
    "packs a folder as the root file system, and keeps it as it is",
    { timeout: 120_000 },
    () => {
      const folder = temporaryFolder();
      const root = here("programs/root");
      const image = join(folder, "guest.elf");
      execFileSync(join(guests, "cc"), [
        "-O2",
        "--root",
        root,
        "--memory",
        "2MiB",
        "-o",
        image,
        here("programs/root.c"),
      ]);
      expect(run(image).console).toBe(
        "/etc/motd: welcome\n/etc/motd cannot be changed: Read-only file system\n/etc/new: written\n2048 KB\n",
      );
    },
  );
});
