/**
 * Every feature of the monitor in a real pseudo-terminal over real machines, read from the screen as a person does: with one
 * guest, with 50 and with 5,000 VMs, each at 80x24 and, by making the terminal larger, at 120x40.
 */

import { existsSync, readdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseExposition } from "../host/exposition.js";
import { SCENES } from "./feature-scenes.js";
import { freePort } from "./free-port.js";
import { KEY, MonitorSession, type Size, TABLE } from "./monitor-session.js";
import { VIEW_SCENES } from "./view-scenes.js";

/** A guest that waits for keys, with a disk and arguments that it does not look at, and so many that tick now and then. */
const fleet = (tickers: number) => `memory-budget: 2GiB
vms:
  - { image: echo, name: guest, arguments: [quack, two words], disks: [{ name: notes, blocks: 64 }] }
${tickers > 0 ? `  - { image: ticker, name: clock, count: ${tickers}, memory: 128KiB, arguments: [20000] }` : ""}
`;

/** Milliseconds that 5,000 VMs may take to start, on a machine that does other things too. */
const STARTING = 90_000;

/** Seconds that the machine has run, by the port of its figures. */
async function uptime(metrics: number): Promise<number> {
  const samples = parseExposition(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text());
  return samples.find(({ name }) => name === "denali_uptime_seconds")?.value ?? 0;
}

/** All VMs, the supervisor among them. */
const POPULATIONS = [2, 50, 5000];
const SIZES: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];

describe.each(POPULATIONS)("with %d VMs", (vms) => {
  let monitor: MonitorSession;
  let metrics: number;
  const begin = async () => {
    metrics = await freePort();
    monitor = MonitorSession.open({ fleet: fleet(vms - 2), args: ["--metrics", String(metrics)], ...SIZES[0] });
    // All have started, and wait: what follows is about the monitor, not about how fast thousands boot.
    const started = [`${vms} VMs`, `${vms} idle`, "gatekeeper no queue"];
    await monitor.terminal.until((screen) => started.every((part) => screen.includes(part)), STARTING);
  };
  beforeAll(begin, STARTING + 10_000);
  // What a scene that failed has left open is none of the next one's business.
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await monitor.close();
    await begin();
  }, STARTING + 10_000);
  afterAll(() => monitor.close());

  describe.each(SIZES)("at $columns x $rows", (size) => {
    beforeEach(() => monitor.start(size));

    test("every view says what it is for, and the screen is whole", async () => {
      const views: [string, ...RegExp[]][] = [
        ["2", /► ?running ● ?ready ○ ?idle/],
        ["3", /delivery batched .*mean batch/, /timer +\d/],
        ["4", /policy round-robin +quantum \d/, /run queue: \d/],
        ["5", /in core .* of 2\.00G/, /swap file: /],
        ["6", /switched \S+ packets\/s/, /lan +\S+ ports/],
        ["7", /EFLAGS [0-9a-f]{8}/, /▸ [0-9a-f]{8} {2}\S/, /─ console ─/],
        [
          KEY.tab,
          /─ virtual registers, page 0 ─/,
          /pending +[01]{7} /,
          /MAC address +02(:[0-9a-f]{2}){5}/,
          /─ arguments/,
        ],
        [KEY.tab, /[0-9a-f]{8} {2}([0-9a-f]{2} ?){8}/],
        [KEY.tab, /the last \d+ s: \d+ moments/, /│ CPU % /, /│ in core /],
        [KEY.tab, /EFLAGS [0-9a-f]{8}/],
        ["8", /│ instr\/s/, /in all +now/],
        ["1", TABLE],
      ];
      for (const [key, ...wanted] of views) {
        const lines = (await monitor.press(key, ...wanted)).split("\n");
        expect(lines[0]).toMatch(/^ DENALI {2}/);
        for (const line of lines.slice(3, -1)) expect(line).toMatch(/[│╮╯]$/);
      }
    });

    test.each([...SCENES, ...VIEW_SCENES])("%s", (_, go) => go({ monitor, vms, metrics }));

    test("the display freezes, goes back in time and returns; graphs show more time and less", async () => {
      const frozen = await monitor.press("Z", " FROZEN ");
      const clock = /\d:\d\d:\d\d/.exec(frozen)?.[0];
      // The machine goes on, for longer than a refresh takes.
      const before = await uptime(metrics);
      await expect.poll(() => uptime(metrics), { timeout: 30_000 }).toBeGreaterThan(before + 1);
      monitor.terminal.press("gj");
      await monitor.see(" FROZEN ", clock as string, "─ guest 2 ");
      monitor.terminal.press("Z");
      await monitor.miss(" FROZEN ");
      await monitor.press("b", " PAST ");
      monitor.terminal.press(KEY.escape);
      await monitor.miss(" PAST ");
      await monitor.press("8", "60 s in all");
      await monitor.press("{", "30 s in all");
      await monitor.press("}", "60 s in all");
    });

    test("VMs are filtered by text, expression, state and figure", async () => {
      const shown = (count: number) => `${count} of ${vms} VMs`;
      await monitor.press("/", "Esc drop the filter");
      monitor.terminal.press(KEY.escape);
      await monitor.miss("Esc drop the filter");
      await monitor.filter("!clock", shown(2));
      await monitor.see("filter !clock", / guest .*idle/);
      await monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));
      await monitor.press("//^gu.st$/", shown(1));
      await monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));
      await monitor.press("/state:idle net>1G", shown(0));
      await monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));
    });

    test("VMs are sorted, either way, and columns chosen", async () => {
      const first = async (name: RegExp) => monitor.see(new RegExp(`${TABLE.source}[^\\n]*\\n│ +\\d+ ${name.source} `));
      await first(/supervisor/);
      monitor.terminal.press("rg");
      await first(vms > 2 ? /clock\S*/ : /guest/);
      await monitor.press("s", "─ Sort by");
      await monitor.press(`j${KEY.enter}g`, /NAME ?▴|▴NAME/);
      await first(vms > 2 ? /clock/ : /guest/);
      await monitor.press("s", "─ Sort by");
      monitor.terminal.press(`k${KEY.enter}`);
      await monitor.press("C", /─ Columns/);
      monitor.terminal.press(" ");
      await monitor.miss("─ Columns: automatic");
      monitor.terminal.press(KEY.escape);
      const header = (await monitor.miss("─ Columns")).split("\n")[4];
      await monitor.press("C", /─ Columns/);
      await monitor.press("a");
      monitor.terminal.press(KEY.escape);
      await monitor.miss("─ Columns");
      expect((await monitor.see(TABLE)).split("\n")[4]).not.toBe(header);
      monitor.terminal.press("g");
      await first(/supervisor/);
    });

    test("a guest is typed to on its console, left, paused and resumed", async () => {
      await monitor.filter("guest", `1 of ${vms} VMs`, / guest .*idle/);
      await monitor.press("c", "─ Console of guest", "Ctrl-] leave the console");
      const typed = `quack ${size.columns}`;
      // What is seen of it is what the guest says.
      await monitor.press(`${typed}${KEY.enter}`, `│ ${typed} `);
      await monitor.detach();
      // Behind the console, whose line a notice would have for as long as it stays.
      await monitor.press("p", / guest .*paused/);
      await monitor.press("p", / guest .*idle/);
      await monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));
    });

    test("VMs are spawned, tagged and killed while their rows move, after asking; their output stays", async () => {
      await monitor.press("n", "─ Spawn ─", "arena");
      await monitor.press(`2${KEY.enter}`, `${vms + 2} VMs`);
      // Sorted by CPU, rows move with every refresh.
      await monitor.press("s", "─ Sort by");
      monitor.terminal.press(`jjjj${KEY.enter}`);
      await monitor.filter("arena", `2 of ${vms + 2} VMs`);
      // All that pass the filter, or one by one.
      await monitor.press(size.columns === 80 ? "A" : "g  ", "2 tagged");
      await monitor.press("K", "Kill these 2 VMs?", /arena +VM \d/, /arena-2 +VM \d/);
      monitor.terminal.press("n");
      await monitor.miss("Kill these");
      expect(monitor.terminal.screen()).not.toContain("exited 137");
      await monitor.press("K", "Kill these 2 VMs?");
      await monitor.press("y", / arena .*exited 137/, / arena-2 .*exited 137/);
      await monitor.press("c", "─ Console of arena");
      await monitor.detach();
      await monitor.press("x", `of ${vms + 1} VMs`);
      await monitor.press("x", `of ${vms} VMs`);
      await monitor.press(KEY.escape, new RegExp(`DENALI {2}${vms} VMs`));
      await monitor.press("s", "─ Sort by");
      await monitor.press(`kkkk${KEY.enter}g`, /▴ID/, /│ +1 supervisor /, /│ +2 guest /);
    });

    test("the mouse selects, opens and switches views; help scrolls; themes change colours", async () => {
      const click = (column: number, row: number) => `\x1b[<0;${column + 1};${row + 1}M`;
      // In order again, after whatever they were sorted by.
      monitor.terminal.press("g");
      await monitor.see(/ID NAME[^\n]*\n│ +1 supervisor [^\n]*\n│ +2 guest /);
      const lines = monitor.terminal.lines();
      const row = lines.findIndex((line) => /│ +2 guest /.test(line));
      await monitor.press(click(6, row), /─ guest 2 /);
      await monitor.press(click(6, row), /image echo/, /─ interrupts ─/);
      await monitor.press(KEY.escape, TABLE);
      await monitor.press(click(lines[3].indexOf("5Swap") + 2, 3), "swap file: ");
      await monitor.press("1", TABLE);
      await monitor.press("?", "─ Keys and columns ─", "Virtual machines");
      await monitor.press(" ", / (?!1-)\d+-\d+ of /);
      monitor.terminal.press(KEY.escape);
      await monitor.miss("─ Keys and columns ─");
      const colour = () => monitor.terminal.terminal.buffer.active.getLine(0)?.getCell(1)?.getFgColor();
      const before = colour();
      monitor.terminal.press("T");
      await monitor.terminal.until(() => colour() !== before);
      monitor.terminal.press("TTT");
      await monitor.terminal.until(() => colour() === before);
    });

    test("the screen is written to a file, as text and as a picture", async () => {
      const files = (end: string) => readdirSync(monitor.home.folder).filter((name) => name.endsWith(end));
      const [texts, pictures] = [files(".txt"), files(".svg")];
      await monitor.press("w", /\.txt/);
      const text = files(".txt").find((name) => !texts.includes(name)) as string;
      expect(monitor.text(text)).toContain(" guest ");
      await monitor.press("W", /\.svg/);
      const picture = files(".svg").find((name) => !pictures.includes(name)) as string;
      expect(monitor.text(picture)).toMatch(/^<svg /);
      expect(existsSync(monitor.home.folder)).toBe(true);
    });

    test("the tour shows a hostile guest die alone, and puts everything back", async () => {
      await monitor.press("u", "Tour 1 of 5: Isolation", `${vms + 3} VMs`);
      await monitor.see(/hostile-\S+ +✗ crashed/);
      // The message goes by itself, and on a busy machine maybe before the last guest has gone.
      await monitor.press(KEY.escape, "the tour is over");
      await monitor.see(new RegExp(`DENALI {2}${vms} VMs`));
      monitor.terminal.press("g");
    });
  });

  test("it ends well", async () => {
    monitor.terminal.press("q");
    expect((await monitor.terminal.ended) as { exitCode: number }).toMatchObject({ exitCode: 0 });
  });
});
