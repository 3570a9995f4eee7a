import { afterEach, describe, expect, it, vi } from "vitest";
import { ANSWER_TIME, MESSAGE_TIME, NOTICE_INTERVAL } from "../../source/ui/params.js";
import { FakeClient } from "./fake-client.js";
import { DOWN, END, ENTER, ESCAPE, HOME, PAGE_DOWN, PAGE_UP, SHIFT_TAB, TAB, UP } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

/** For what the screen does by timers of its own. */
const PATIENCE = { timeout: 20_000 };

const EVERY_SIZE = [...SIZES, { columns: 200, rows: 50 }];

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

describe.each(EVERY_SIZE)("the screen at $columns x $rows", (size) => {
  it.each([
    ["a fleet", () => FakeClient.fleet(), []],
    ["no VM at all", () => new FakeClient(), []],
    ["a thousand VMs", () => FakeClient.crowd(1000), []],
    ["the last of a thousand VMs", () => FakeClient.crowd(1000), [END]],
    ["the history panel", () => FakeClient.fleet(), [TAB]],
    ["the network panel", () => FakeClient.fleet(), [TAB, TAB]],
    ["the interrupts panel", () => FakeClient.fleet(), [TAB, TAB, TAB]],
    ["the swap panel", () => FakeClient.crowd(40), [SHIFT_TAB]],
    ["details", () => FakeClient.fleet(), [ENTER]],
    ["help", () => FakeClient.fleet(), ["?"]],
    ["the spawn dialog", () => FakeClient.fleet(), ["n"]],
    ["the columns' list", () => FakeClient.fleet(), ["C"]],
    ["the panels' list", () => FakeClient.fleet(), ["v"]],
    ["the tuning panel", () => FakeClient.fleet(), ["t"]],
    ["the sort menu", () => FakeClient.fleet(), ["s"]],
    ["the kill question", () => FakeClient.fleet(), ["K"]],
    ["a console", () => FakeClient.fleet(), ["c"]],
  ])("is whole with %s", async (_, client, keys) => {
    await open(client(), size);
    await screen.press(...keys);
    expectWholeFrame(screen, size);
  });

  it("shows states, speed, memory budget, quantum and policy in the header", async () => {
    await open(FakeClient.fleet(), size);
    const header = screen.lines().slice(0, 3).join("\n");
    expect(header).toContain("8 VMs");
    expect(header).toMatch(/7 ready/);
    expect(header).toMatch(/[\d.]+[kM]? instr\/s/);
    expect(header).toContain("quantum 5 ms");
    expect(header).toContain("policy round robin");
    expect(header).toContain("of 256M");
    expect(header).toContain("gatekeeper no queue");
  });

  it("shows the selected VM's registers, code at EIP and console", async () => {
    await open(FakeClient.fleet(), size);
    await screen.press(DOWN);
    expect(screen.text()).toMatch(/EAX [0-9a-f]{8} ECX [0-9a-f]{8}/);
    expect(screen.text()).toMatch(/▸ 00401a[0-9a-f]{2} {2}\w+/);
    expect(screen.text()).toContain("primes: up");
  });
});

describe("the table", () => {
  it("has one line a VM with its figures", async () => {
    await open(FakeClient.fleet());
    expect(screen.line(" ping ")).toMatch(/4 ping +● ready +[\d.]+ +[\d.]+ +[\d.]+k/);
    expect(screen.line(" echo ")).toMatch(/7 echo +○ idle +0\.0 +0\.0 +0/);
  });

  it("follows the VM under the cursor when the order changes", async () => {
    await open(FakeClient.fleet());
    await screen.press(DOWN, DOWN, DOWN);
    expect(screen.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
    await screen.press("s", DOWN, ENTER);
    expect(screen.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
  });

  it("scrolls over more VMs than it has lines for, and says where it is", async () => {
    await open(FakeClient.crowd(1000));
    await screen.press(END);
    expect(screen.cursorLines()).toEqual([expect.stringContaining("1000 ")]);
    expect(screen.line("1Fleet")).toContain("994-1000 of 1000");
    await screen.press("g", PAGE_DOWN);
    expect(screen.cursorLines()).toEqual([expect.stringContaining(" 7 ")]);
  });

  it("puts the cursor on the next VM when the one under it is gone", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, DOWN);
    await client.reap(3);
    await screen.advance(0.25);
    expect(screen.cursorLines()).toEqual([expect.stringContaining(" 4 ping")]);
  });

  it("shows what passes the filter while it is typed, and everything after Esc", async () => {
    await open(FakeClient.fleet());
    await screen.press("/", "pri");
    expect(screen.text()).toContain("2 of 8 VMs");
    expect(screen.text()).toContain("primes-2");
    expect(screen.text()).not.toContain("ticker");
    await screen.press(ENTER, ESCAPE);
    expect(screen.text()).toContain("ticker");
  });

  it("says so when no VM passes, and tells a wrong filter from an empty one", async () => {
    await open(FakeClient.fleet());
    await screen.press("/", "zzz");
    expect(screen.text()).toContain("No VM passes the filter");
    await screen.press("\u0015", "state:late");
    expect(screen.lines().at(-1)).toContain('no state begins with "late"');
  });

  it("keeps a wrong filter open, with the reason, until it is right", async () => {
    await open(FakeClient.fleet());
    await screen.press("/", "cpu>1q", ENTER);
    expect(screen.lines().at(-1)).toContain('✗ "1q" is not a figure to compare cpu with; write as 5 or 12.5');
    await screen.press("\u007f", ENTER);
    expect(screen.lines().at(-1)).toContain("? help");
    expect(screen.text()).toContain("filter cpu>1 ");
  });

  it("says nothing any more of what was wrong on the way to a filter", async () => {
    await open(FakeClient.fleet());
    await screen.press("/", "uptime<");
    expect(screen.lines().at(-1)).toContain('✗ "" is not a figure to compare uptime with; write as 90, 5m or 2h');
    await screen.press("5m", ENTER);
    expect(screen.lines().at(-1)).toContain("? help");
  });

  it("holds every figure still while frozen", async () => {
    await open(FakeClient.fleet());
    await screen.press("Z");
    const frozen = screen.lines().slice(3);
    await screen.advance(5);
    expect(screen.lines().slice(3)).toEqual(frozen);
    expect(screen.lines()[0]).toContain("FROZEN");
    await screen.press("Z");
    await screen.advance(0.25);
    expect(screen.lines().slice(3)).not.toEqual(frozen);
  });
});

describe("commands", () => {
  it("kills the VM that was meant when K was pressed, whatever stands there since", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, DOWN, DOWN, "K");
    expect(screen.line("Kill ping?")).toContain("VM 4");
    // Rows move, and the VM the cursor stands on changes, before the answer.
    await client.reap(1);
    await client.reap(2);
    screen.monitor.moveTo(0);
    await screen.advance(1);
    expect(screen.line("Kill ping?")).toContain("VM 4");
    await screen.press("y");
    expect(client.calls.filter((call) => call.startsWith("kill"))).toEqual(["kill 4"]);
    expect(screen.lines().at(-1)).toContain("killed ping (4)");
  });

  it("says what goes with the supervisor", async () => {
    await open(FakeClient.fleet());
    await screen.press("K");
    expect(screen.text()).toContain("Without the supervisor nothing from outside reaches a VM.");
    await screen.press("n", "A", "K");
    expect(screen.text()).toContain("The supervisor is among them: nothing from outside reaches a VM then.");
    await screen.press("n", ESCAPE, DOWN, "K");
    expect(screen.line("Kill primes?")).toContain("VM 2");
    expect(screen.text()).not.toContain("from outside");
  });

  it("leaves the answer to a key for long enough to be read, whatever else there is to say", async () => {
    await open(FakeClient.fleet());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      screen.monitor.say({ severity: "information", text: "killed ping (4)" });
      vi.advanceTimersByTime(100);
      screen.monitor.announce({ severity: "warning", text: "arena crashed" });
      expect(screen.monitor.state.message?.text).toBe("killed ping (4)");
      vi.advanceTimersByTime(ANSWER_TIME);
      expect(screen.monitor.state.message?.text).toBe("arena crashed");
      screen.monitor.announce({ severity: "warning", text: "burst crashed" });
      expect(screen.monitor.state.message?.text).toBe("burst crashed");
      vi.advanceTimersByTime(MESSAGE_TIME);
      expect(screen.monitor.state.message).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it("kills nobody on n or Esc", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("K", "n", "K", ESCAPE);
    expect(client.calls.filter((call) => call.startsWith("kill"))).toEqual([]);
  });

  it("pauses, and resumes what is paused", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "p");
    expect(screen.line(" primes ")).toContain("‖ paused");
    await screen.press("p");
    expect(client.calls).toEqual(["pause 2", "resume 2"]);
  });

  it("acts on all tagged VMs", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, " ", " ", "p");
    expect(client.calls).toEqual(["pause 2", "pause 3"]);
    expect(screen.line("1Fleet")).toContain("2 tagged");
  });

  it("takes joined keys one by one", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("jjp");
    expect(client.calls).toEqual(["pause 3"]);
  });

  it("keeps what is typed in sight, however long it becomes", async () => {
    await open(FakeClient.fleet());
    await screen.press("n", TAB, `first ${"a".repeat(100)} last`);
    expect(screen.line("Arguments")).toMatch(/Arguments +…a+ last +│/);
    expectWholeFrame(screen, { columns: 80, rows: 24 });
    await screen.press(HOME);
    expect(screen.line("Arguments")).toMatch(/Arguments +first a+… ?│/);
    await screen.press(ESCAPE, "/", `first ${"a".repeat(100)} last`);
    expect(screen.lines().at(-1)).toMatch(/^ \/ …a+ last/);
  });

  it("puts the cursor where a quote is not closed", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("n", "2", TAB, '"two words', TAB, ENTER);
    expect(screen.lines().at(-1)).toContain("a quote among the arguments is not closed");
    await screen.press('"', ENTER);
    expect(client.calls.at(-1)).toMatch(/^spawn \S+ 2 two words$/);
  });

  it.each([
    { columns: 80, rows: 24 },
    { columns: 60, rows: 16 },
  ])("shows an image, what it does and every field in the spawn dialog at $columns x $rows", async (size) => {
    await open(FakeClient.fleet(), size);
    await screen.press("n");
    for (const shown of ["How many", "Arguments", "Name  ", "Tickets", "Engine", "▸ supervisor"])
      expect(screen.line(shown)).toBeDefined();
    expect(screen.text()).toMatch(/│ the operator's own VM/);
  });

  it("spawns what the dialog says", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("n");
    expect(screen.text()).toContain("idles with timeout and counts");
    await screen.press(DOWN, DOWN, DOWN, "25", "\t", "--fast 3", ENTER);
    expect(client.calls).toEqual(["spawn ticker 25 --fast 3"]);
    await screen.advance(0.1);
    expect(screen.lines()[0]).toContain("33 VMs");
  });

  it("finds an image by its first letter, and by the ends of the list", async () => {
    await open(FakeClient.fleet());
    const chosen = () => /▸ (\S+)/.exec(screen.text())?.[1];
    await screen.press("n");
    const first = chosen();
    await screen.press("p");
    const one = chosen();
    await screen.press("p");
    const another = chosen();
    expect([one?.[0], another?.[0], one === another]).toEqual(["p", "p", false]);
    await screen.press(END);
    const last = chosen();
    await screen.press(HOME);
    expect(chosen()).toBe(first);
    expect(last).not.toBe(first);
    // Nothing was typed into the number.
    expect(screen.line("How many")).not.toMatch(/How many +p/);
  });

  it("says what is wrong with arguments", async () => {
    await open(FakeClient.fleet());
    await screen.press("n", TAB, `"open`, ENTER);
    expect(screen.lines().at(-1)).toContain("a quote among the arguments is not closed");
  });

  it("keeps the dialog open and says why when the number makes no sense", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("n", "0", ENTER);
    expect(client.calls).toEqual([]);
    expect(screen.lines().at(-1)).toContain('"0" is not a number of VMs from 1 to 10000');
    expect(screen.text()).toContain("How many");
  });

  it("turns the quantum by steps, quick ones too", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("]]");
    expect(client.calls).toEqual(['setQuantum {"nanoseconds":10000000}', 'setQuantum {"nanoseconds":20000000}']);
    expect(screen.lines()[1]).toContain("quantum 20 ms");
    await screen.press("[");
    expect(screen.lines()[1]).toContain("quantum 10 ms");
  });

  it("shows the new quantum at once, before the kernel answered", async () => {
    const client = FakeClient.fleet();
    client.setQuantum = () => new Promise(() => {});
    await open(client);
    await screen.press("]");
    expect(screen.lines()[1]).toContain("quantum 10 ms");
  });

  it("goes to the next policy", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("o");
    await screen.advance(0.1);
    expect(client.calls).toEqual(["setPolicy lottery"]);
    expect(screen.lines()[1]).toContain("policy lottery");
  });

  it("forgets VMs that have ended", async () => {
    const client = FakeClient.fleet();
    client.state(5, "crashed");
    client.state(6, "terminated");
    await open(client);
    await screen.press(END, UP, UP, "x");
    expect(client.calls).toEqual(["reap 6"]);
  });

  it("shows a refusal as one line and goes on", async () => {
    const client = FakeClient.fleet();
    client.refusals.set("pause", "the supervisor cannot be paused");
    await open(client);
    await screen.press("p");
    expect(screen.lines().at(-1)).toContain("✗ the supervisor cannot be paused");
    await screen.press("q");
    expect(screen.quits).toBe(1);
  });

  it.each(["q", "\u0003"])("quits on %j", async (key) => {
    await open(FakeClient.fleet());
    await screen.press(key);
    expect(screen.quits).toBe(1);
  });
});

describe("the console", () => {
  it("shows what the guest printed and types what is typed", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(END, UP, "c");
    expect(screen.text()).toContain("Console of echo");
    expect(screen.text()).toContain("echo: up");
    await screen.press("q?K", ENTER);
    expect(client.typed.get(7)).toBe("q?K\n");
    await screen.press("\u001d");
    expect(screen.text()).toContain("INSTR/s");
    expect(screen.quits).toBe(0);
  });

  it("lets no control sequence of a guest reach the terminal", async () => {
    const client = FakeClient.fleet();
    client.consoles.set(1, "\u001b[2J\u001b[1;1Hmine\u0007\n\u001b]0;title\u0007\u009b31mred\u001b[0m done\u202e\n");
    await open(client);
    await screen.press("c");
    expectWholeFrame(screen, { columns: 80, rows: 24 });
    expect(screen.lines()[4]).toMatch(/^│ mine· +│$/);
    expect(screen.lines()[5]).toMatch(/^│ red done· +│$/);
  });

  it("stays on the lines it was scrolled back to while more is printed, and comes back from the first of them", async () => {
    const client = FakeClient.fleet();
    const lines = (from: number, howMany: number) =>
      Array.from({ length: howMany }, (_, line) => `line ${from + line}\n`).join("");
    client.consoles.set(1, lines(0, 100));
    await open(client);
    await screen.press("c", PAGE_UP, PAGE_UP);
    const shown = screen.lines().slice(4, -2);
    expect(shown.at(-1)).toContain("line 80");
    client.consoles.set(1, lines(0, 100) + lines(100, 7) + "x".repeat(100));
    await vi.waitFor(() => expect(screen.text()).toContain("28 lines below"), PATIENCE);
    expect(screen.lines().slice(4, -2)).toEqual(shown);
    await screen.press(...Array<string>(20).fill(PAGE_UP));
    expect(screen.lines()[4]).toMatch(/^│ line 0 /);
    await screen.press(PAGE_DOWN);
    expect(screen.lines()[4]).toMatch(/^│ line 10 /);
  });

  it("begins anew where more was printed than is kept since it was read last", async () => {
    const client = FakeClient.fleet();
    let kept = { start: 0, text: "an early line\nhalf of a line, " };
    client.readConsole = async (_, from) => {
      const position = Math.max(from, kept.start);
      return { position, bytes: Buffer.from(kept.text).subarray(position - kept.start), ended: false };
    };
    await open(client);
    await screen.press("c");
    expect(screen.text()).toContain("half of a line,");
    kept = { start: 20_000, text: "a late line\n" };
    await vi.waitFor(() => expect(screen.text()).toContain("a late line"), PATIENCE);
    expect(screen.lines()[4]).toMatch(/^│ a late line +│$/);
    expect(screen.text()).not.toContain("half of a line");
  });

  it("folds what is too long by the cells that it takes, and loses nothing of it", async () => {
    const client = FakeClient.fleet();
    client.consoles.set(1, `${"日".repeat(60)}\n${" ".repeat(200)}x\nend\n`);
    await open(client);
    await screen.press("c");
    expectWholeFrame(screen, { columns: 80, rows: 24 });
    expect(screen.text().match(/日/g)).toHaveLength(60);
    expect(screen.lines()[9]).toMatch(/^│ end +│$/);
  });
});

describe("details of a VM that somebody else made", () => {
  it("let no control sequence in the names of its functions reach the terminal", async () => {
    const client = FakeClient.fleet();
    client.symbol = "\u001b[2J\u001b[?1049lmain";
    await open(client, { columns: 120, rows: 40 });
    await screen.press(ENTER);
    expectWholeFrame(screen, { columns: 120, rows: 40 });
    expect(screen.text()).toContain("‹·[2J·[?1049lmain›");
  });

  it("say when a timer was due as it was looked at, however long ago that was", async () => {
    const client = FakeClient.fleet();
    client.timer = 40e6;
    await open(client);
    const look = await client.inspect(1);
    client.inspect = async () => look;
    await screen.advance(0.25);
    expect(screen.text()).toContain("timer due in 40 ms");
  });
});

describe("help", () => {
  it("comes back from its last line at once, however long the key was held", async () => {
    await open(FakeClient.fleet());
    await screen.press("?", ...Array<string>(30).fill(PAGE_DOWN));
    const last = screen.line("Keys and columns");
    await screen.press(UP);
    expect(screen.line("Keys and columns")).not.toBe(last);
  });
});

describe("a crashed VM", () => {
  it("says what happened, where, and shows the code there", async () => {
    const client = FakeClient.fleet();
    const id = client.add("bad-jump");
    client.state(id, "crashed");
    await open(client);
    await screen.press(END);
    expect(screen.cursorLines()).toEqual([expect.stringMatching(/bad-jump +✗ crashed/)]);
    expect(screen.text()).toContain("illegal instruction at 00401a");
    expect(screen.text()).toContain("✗ ud2 (0f 0b) is outside the subset");
  });
});

describe("details", () => {
  it("show the VM on the whole screen: registers, vectors, devices, code; Esc goes back", async () => {
    const client = FakeClient.fleet();
    client.disks = [{ name: "notes", blocks: 256, readOnly: true }];
    await open(client, { columns: 120, rows: 40 });
    await screen.press(DOWN, DOWN, DOWN, ENTER);
    expect(screen.text()).not.toContain("INSTR/s");
    expect(screen.line("nic receive")).toMatch(/nic receive +0 +0 +0/);
    expect(screen.line("│ nic  ")).toContain("│ nic    │ 02:44:4e:00:00:04 │ lan    │");
    expect(screen.line("disk 0")).toContain("│ disk 0 │ notes 1.00M       │ ro     │");
    await screen.press(ESCAPE);
    expect(screen.text()).toContain("INSTR/s");
  });
});

describe("resizing", () => {
  it("fits the new size, larger or smaller", async () => {
    await open(FakeClient.fleet());
    for (const size of [...EVERY_SIZE].reverse().concat(EVERY_SIZE)) {
      await screen.resize(size.columns, size.rows);
      expectWholeFrame(screen, size);
    }
  });

  it("asks for more room below the least size, and recovers", async () => {
    await open(FakeClient.fleet());
    await screen.resize(40, 10);
    expect(screen.text()).toContain("The monitor needs 60x16");
    await screen.resize(80, 24);
    expectWholeFrame(screen, { columns: 80, rows: 24 });
  });
});

describe("notices", () => {
  it("shows the worst of several that come at once, and how many more there are", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const client = FakeClient.fleet();
      await open(client);
      const time = 10e9;
      client.noticed.push(
        { index: 0, time, severity: "warning", text: "arena crashed" },
        { index: 1, time, severity: "error", text: `the swap file cannot be written: ${"no space left; ".repeat(9)}` },
        { index: 2, time, severity: "warning", text: "burst crashed" },
      );
      vi.advanceTimersByTime(NOTICE_INTERVAL);
      await screen.settle();
      expect(screen.lines().at(-1)).toMatch(/^ ✗ the swap file cannot be written: .*… {2}and 2 more$/);
      client.noticed.push({ index: 3, time, severity: "warning", text: "ping crashed" });
      vi.advanceTimersByTime(NOTICE_INTERVAL);
      await screen.settle();
      expect(screen.lines().at(-1)).toBe(" ! ping crashed");
    } finally {
      vi.useRealTimers();
    }
  });

  it("does not repeat those from before the start", async () => {
    const client = FakeClient.fleet();
    client.noticed.push({ index: 0, time: 0, severity: "warning", text: "long ago" });
    await open(client);
    expect(screen.text()).not.toContain("long ago");
  });
});
