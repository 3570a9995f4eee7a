import { afterEach, describe, expect, it } from "vitest";
import type { UplinkStatus } from "../../source/host/uplink-figures.js";
import { VM_STATE_NAMES } from "../../source/kernel/index.js";
import { heatGrid, nextHeat } from "../../source/ui/presentation/views/heat.js";
import { memoryPage } from "../../source/ui/presentation/views/memory.js";
import type { ViewData } from "../../source/ui/presentation/views/view-data.js";
import { FakeClient } from "./fake-client.js";
import { DOWN, END, ENTER, ESCAPE, RIGHT, TAB } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<Screen> {
  client.advance(10);
  screen = await Screen.open(client, options);
  await screen.advance(1);
  await screen.advance(1);
  return screen;
}

/** Opens the network view, and has 5,120 bytes more come in there from one second to the next. */
async function watchTraffic(
  client: FakeClient,
  size: ScreenOptions,
  status: (received: number) => UplinkStatus,
): Promise<void> {
  client.uplink = status(1_000);
  await open(client, size);
  await screen.press("6");
  await screen.advance(1);
  client.uplink = status(6_120);
  await screen.advance(1);
  await screen.advance(1);
}

const FLEETS = [
  ["1 VM", () => lonely()],
  ["50 VMs", () => FakeClient.crowd(50)],
  ["5,000 VMs", () => FakeClient.crowd(5000)],
] as const;

function lonely(): FakeClient {
  const client = new FakeClient();
  client.add("supervisor");
  return client;
}

describe.each(SIZES)("every view at $columns x $rows", (size) => {
  it.each(FLEETS)("is whole with %s", async (_, fleet) => {
    await open(fleet(), size);
    for (const key of ["1", "2", "3", "4", "5", "6", "7", TAB, TAB, TAB, "8"]) {
      await screen.press(key);
      await screen.advance(0.25);
      expectWholeFrame(screen, size);
    }
  });

  it("shows who runs when, how turns ended, and both queues", async () => {
    const client = FakeClient.crowd(40);
    await open(client, size);
    await screen.press("4");
    await screen.advance(0.25);
    expect(screen.line("who had the CPU")).toContain("the last 200 ms");
    expect(screen.text()).toMatch(/ping-5 +.*[░▒▓█].*%/);
    expect(screen.line("turns  ")).toMatch(/% quantum used up +[\d.]+ % went idle/);
    expect(screen.line("gatekeeper queue")).toMatch(/gatekeeper queue: 2/);
    // Some have gone on between the looks at both.
    client.panel.set("gatekeeperQueue", 1);
    screen.monitor.refresh();
    await screen.settle();
    expect(screen.lines()[2]).toContain("1 waiting");
    expect(screen.line("gatekeeper queue")).toMatch(/gatekeeper queue: 1/);
    await screen.press("}");
    expect(screen.line("who had the CPU")).toContain("the last 500 ms");
    await screen.press("{{{");
    expect(screen.line("who had the CPU")).toContain("the last 50 ms");
  });

  it("shows what ran on which CPU where there are several, and nothing of them where there is one", async () => {
    const client = FakeClient.crowd(40);
    client.panel.set("cpus", 2);
    await open(client, size);
    await screen.press("4");
    await screen.advance(0.25);
    expectWholeFrame(screen, size);
    for (const cpu of ["CPU 0", "CPU 1"]) expect(screen.line(cpu)).toMatch(/[░▒▓█].*%/);
    client.panel.set("cpus", 1);
    await screen.advance(0.25);
    expect(screen.text()).not.toContain("CPU 0");
  });

  it("shows interrupts by vector, in batches, and how long they waited", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await screen.press("3");
    await screen.advance(0.25);
    expect(screen.line("delivery ")).toContain("batched");
    expect(screen.line("timer  ")).toMatch(/timer +[\d.]+k? +[\d.]+ +[\d.]+k? +0 +\d+ +2\.00 +2 ms/);
    expect(screen.line("nic receive")).toMatch(/nic receive +0 +0 +0/);
    expect(screen.text()).toMatch(/2 +[\d.]+k? +━+/);
    client.panel.add("interruptsDelivered", 1e6);
    client.panel.add("interruptBatches", 250_000);
    await screen.advance(1);
    expect(screen.line("delivery ")).toMatch(/delivered 1\.00M\/s +mean batch 4\.00/);
    await screen.advance(1);
    expect(screen.line("delivery ")).toMatch(/mean batch 1\.9\d/);
    client.panel.add("posted:keyboard", 5);
    client.panel.add("discarded:keyboard", 3);
    await screen.advance(0.25);
    expect(screen.line("vector  ")).toMatch(/posted +per s +delivered +discarded +pending/);
    expect(screen.line("keyboard")).toMatch(/keyboard +5 +[\d.]+ +0 +3 +2 /);
  });

  it("shows published ports and destinations outside, what goes through them, and the token of the control interface", async () => {
    const client = FakeClient.fleet();
    const port = { hostPort: 8080, vm: "web", vmPort: 80, transport: "tcp", open: 3, total: 41 } as const;
    const itself = { ...port, hostPort: 9000, vm: "", received: 10, sent: 20 };
    const web = { vm: "web", vmPort: 80, transport: "tcp", open: true } as const;
    const status = (received: number) => ({
      flows: [
        { ...web, number: 1, outside: "127.0.0.1:50000", received: 70, sent: 90 },
        { ...web, number: 2, outside: "127.0.0.1:50001", received, sent: 100 },
        { ...web, number: 3, outside: "127.0.0.1:50002", received: 5, sent: 6, open: false },
      ],
      ports: [{ ...port, received, sent: 2_000 }, itself],
      outbound: [
        { host: "example.org", port: 80, transport: "tcp" as const, open: 2, total: 17, received, sent: 300 },
        { host: "192.0.2.1", port: 123, transport: "udp" as const, open: 0, total: 0, received: 0, sent: 0 },
      ],
      control: { http: 9000, token: "0123456789abcdef" },
    });
    await watchTraffic(client, size, status);
    expect(screen.line("127.0.0.1:8080")).toMatch(/→ web:80 +3 +41 +\S+ +\S+ +5\.98K +1\.95K/);
    // Clients by their rate: those that are silent stand below, and those that are gone nowhere.
    const clients = screen.lines().filter((line) => line.includes("127.0.0.1:5000"));
    expect(clients[0]).toMatch(/127\.0\.0\.1:50001 → web:80 +open +[1-9]\S* +0 +5\.98K +100/);
    expect(clients[1]).toMatch(/127\.0\.0\.1:50000 → web:80 +open +0 +0 +70 +90/);
    expect(clients).toHaveLength(2);
    expect(screen.line("127.0.0.1:9000")).toContain("→ control, HTTP");
    expect(screen.line("token of the control")).toContain("0123456789abcdef");
    expect(screen.text()).not.toContain("nobody answers");
    await screen.press("Z");
    expect(screen.text()).toContain("published ports are not read while the display is frozen");
    expect(screen.text()).not.toContain("→ web:80");
    expect(screen.line("token of the control")).toContain("0123456789abcdef");
    await screen.press("Z");
    expect(screen.line("guests → example.org:80")).toMatch(/:80 +2 +17 +\S+ +\S+ +5\.98K +300/);
    expect(screen.line("guests → 192.0.2.1:123/udp")).toMatch(/udp +0 +0 +0 +0 +0 +0/);
    expectWholeFrame(screen, size);
    await client.kill(1);
    await screen.advance(1);
    expect(screen.text()).toContain("the supervisor has ended: nobody answers here any more");
  });

  it("shows which VM talks to which destination outside, by its rate, beside who comes in", async () => {
    const client = FakeClient.fleet();
    const outward = { outside: "example.org:80", transport: "tcp", outward: true, open: true } as const;
    const status = (received: number) => ({
      ports: [],
      flows: [
        { ...outward, number: 1, vm: "web", received: 70, sent: 90 },
        { ...outward, number: 2, vm: "web", outside: "192.0.2.1:123", transport: "udp" as const, received, sent: 100 },
        { ...outward, number: 3, vm: "echo", received: 5, sent: 6, open: false },
      ],
      outbound: [{ host: "example.org", port: 80, transport: "tcp" as const, open: 2, total: 17, received, sent: 300 }],
    });
    await watchTraffic(client, size, status);
    const talkers = screen.lines().filter((line) => /(web|echo) → /.test(line));
    expect(talkers[0]).toMatch(/web → 192\.0\.2\.1:123\/udp +open +[1-9]\S* +0 +5\.98K +100/);
    expect(talkers[1]).toMatch(/web → example\.org:80 +open +0 +0 +70 +90/);
    expect(talkers).toHaveLength(2);
    expect(screen.line("who talks with the outside")).toContain("(2)");
    expectWholeFrame(screen, size);
  });

  it("captures the selected VM's traffic, or everybody's, and says so until it is stopped", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await screen.press("P");
    expect(client.calls.at(-1)).toMatch(/^startCapture denali-\d{8}-\d{6}\.pcapng \d+$/);
    expect(screen.lines()[0]).toContain(" CAPTURE ");
    await screen.press("6", "P");
    expect(client.calls.at(-1)).toBe("stopCapture");
    expect(screen.text()).toContain("12 frames are in lan.pcapng");
    expect(screen.lines()[0]).not.toContain("CAPTURE");
    await screen.press("P");
    expect(client.calls.at(-1)).toMatch(/^startCapture denali-\d{8}-\d{6}\.pcapng$/);
    expect(screen.line(" CAPTURE  everybody's traffic in ")).toMatch(/denali-\S+\.pcapng/);
    await screen.press("P");
    client.refusals.set("startCapture", "cannot capture to there: no space left; choose another file");
    await screen.press("P");
    expect(screen.text()).toContain("cannot capture to there");
    expect(screen.lines()[0]).not.toContain("CAPTURE");
  });

  it("no longer says that it captures once that has ended by itself, tells what came of it, and captures anew", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await screen.press("6", "P");
    expect(screen.lines()[0]).toContain(" CAPTURE ");
    client.panel.set("capturing", 0);
    await screen.advance(0.25);
    expect(screen.text()).not.toContain("CAPTURE");
    client.captured = { ...client.captured, ended: "capturing has ended at its limit" };
    await screen.press("P");
    expect(client.calls.at(-1)).toBe("stopCapture");
    expect(screen.text()).toContain("12 frames are in lan.pcapng; it had ended at its limit");
    await screen.press("P");
    expect(client.calls.at(-1)).toMatch(/^startCapture /);
    expect(screen.line(" CAPTURE  everybody's traffic in ")).toMatch(/denali-\S+\.pcapng/);
  });

  it("leaves alone what --pcap has captured since the start", async () => {
    const client = FakeClient.fleet();
    client.panel.set("capturing", 1);
    await open(client, size);
    await screen.press("6");
    expect(screen.lines()[0]).toContain(" CAPTURE ");
    expect(screen.text()).toContain("everybody's traffic in the file that --pcap names");
    const before = client.calls.length;
    await screen.press("P");
    expect(screen.text()).toContain("captured since the start, by --pcap");
    expect(client.calls.slice(before).filter((call) => call.includes("Capture"))).toEqual([]);
  });

  it("shows the swap file, what moves, and who waits for memory", async () => {
    await open(FakeClient.crowd(40), size);
    await screen.press("5");
    await screen.advance(0.25);
    expect(screen.line("swap file")).toMatch(/swap file: \d+\.\dM, 40 regions/);
    expect(screen.text()).toMatch(/[▒▓░]{10}/);
    expect(screen.text()).toContain("waiting for memory: 2");
    expect(screen.text()).toContain("most swapped");
  });

  it("says of the frozen and of the past what is not known, and claims nothing", async () => {
    const client = FakeClient.crowd(40);
    await open(client, size);
    await screen.press("6", "Z");
    expect(screen.text()).toContain("flows are not read while the display is frozen");
    expect(screen.text()).not.toContain("nobody has sent anything");
    await screen.press("5");
    expect(screen.text()).toContain("the swap file is not read while the display is frozen");
    expect(screen.text()).toContain("waiting for memory: 2");
    expect(screen.text()).not.toContain("nobody waits for memory");
    await screen.press("8");
    client.advance(7);
    await screen.advance(1);
    expect(screen.lines().some((line) => /0:00:12, 8 s ago +│$/.test(line))).toBe(true);
    await screen.press("b", "6");
    expect(screen.text()).toContain("of the past, flows are not kept");
    await screen.press(ESCAPE);
    await screen.advance(1);
    expect(screen.text()).not.toContain("not kept");
  });

  it("shows who sends to whom and at what rate", async () => {
    await open(FakeClient.fleet(), size);
    await screen.press("6");
    await screen.advance(1);
    await screen.advance(1);
    expect(screen.line("→ pong")).toMatch(/ping +→ pong +[\d.]+k? +[\d.]+K +[\d.]+[KM]/);
    expect(screen.line("lan ")).toMatch(/lan +8 ports/);
  });

  it("says how many Ethernets there are besides those that have a line", async () => {
    const client = FakeClient.fleet();
    const inspect = client.inspectMachine.bind(client);
    client.inspectMachine = async (cells) => {
      const machine = await inspect(cells);
      const networks = Array.from({ length: 7 }, (_, index) => ({ ...machine.networks[0], name: `office-${index}` }));
      return { ...machine, networks };
    };
    await open(client, size);
    await screen.press("6");
    expect(screen.text().match(/office-\d/g)).toHaveLength(4);
    expect(screen.text()).toContain("and 3 more Ethernets");
  });

  it("says of a VM that is not in core that nobody knows whether its interrupts are on", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    // The panel of interrupts.
    await screen.press(DOWN, TAB, TAB, TAB);
    expect(screen.text()).toContain("primes  enabled");
    client.state(2, "swapped");
    await screen.advance(0.25);
    await screen.advance(0.25);
    expect(screen.text()).toContain("primes  not in core");
    await screen.press("3");
    expect(screen.text()).not.toMatch(/primes {2}(en|dis)abled/);
    if (size.rows > 24) expect(screen.text()).toContain("primes  not in core");
    await screen.press("7");
    expect(screen.line("EFLAGS")).toContain("interrupts ?");
    expect(screen.text()).not.toMatch(/interrupts o(n|ff)/);
  });

  it("shows one VM from inside: registers, code that follows, memory that can be searched, its history", async () => {
    await open(FakeClient.fleet(), size);
    await screen.press(DOWN, ENTER);
    expect(screen.text()).toMatch(/EAX [0-9a-f]{8}/);
    const eip = () => /▸ ([0-9a-f]{8})/.exec(screen.text())?.[1];
    const before = eip();
    await screen.advance(0.37);
    await screen.advance(0.37);
    expect(eip()).not.toBe(before);
    await screen.press(TAB, TAB);
    await screen.press("/", "from primes", ENTER);
    expect(screen.line("00002340")).toContain("·hello");
    expect(screen.lines().at(-1)).toContain("found at 0x234b");
    await screen.press("/", "\u0015", "0x1000", ENTER);
    expect(screen.line("00001000")).toMatch(/00 01 02 03 04 05 06 07 {2}08 09/);
    await screen.press("/", "\u0015", "0x9999999", ENTER);
    expect(screen.lines().at(-1)).toMatch(/0x9999999 is beyond its [\d.]+[KM]/);
    expect(screen.line("00001000")).toMatch(/00 01 02 03 04 05 06 07 {2}08 09/);
    await screen.press(DOWN);
    expect(screen.text()).not.toContain("00001000  ");
    await screen.press(TAB);
    for (let second = 0; second < 5; second++) await screen.advance(1);
    expect(screen.line("the last 60 s")).toMatch(/: \d+ moments/);
    expect(screen.line("CPU %")).toMatch(/⣿/);
    expect(screen.line("in core")).toMatch(/1\.00M +│$/);
    await screen.press("]");
    for (let second = 0; second < 2; second++) await screen.advance(1);
    for (const counter of ["ready %", "pending", "in core"]) expect(screen.line(counter).slice(2, -2)).toContain("│");
    await screen.press(ESCAPE);
    expect(screen.text()).toContain("INSTR/s");
  });
});

describe.each(SIZES)("a VM's virtual registers at $columns x $rows", (size) => {
  const NOTES = { name: "notes", blocks: 256, readOnly: true };

  async function page(client: FakeClient): Promise<void> {
    await open(client, size);
    await screen.press(DOWN, ENTER, TAB);
    expectWholeFrame(screen, size);
  }

  it("are a page of their own, with what else it was given: disks and arguments", async () => {
    const client = FakeClient.fleet();
    client.disks = [NOTES, { name: "spare", blocks: 16, readOnly: false }];
    client.words = ["100", "two words"];
    client.timer = 250e6;
    client.panel.vm.pendingMask[client.row(2)] = 0b1000010;
    await page(client);
    expect(screen.lines()[3]).toMatch(/(virtual registers|regs).* primes ./);
    for (const shown of [
      /system time +1[0-9](\.\d+)? s/,
      /wall clock +2002-12-09T00:00:1\d /,
      /cpu speed +20\.0M\/s/,
      /memory size +1\.00M/,
      /interrupts +enabled/,
      /handler +00401000/,
      /pending +1000010 +keyboard, uplink /,
      /delivered +0000101 +timer, nic receive /,
      /VM number +2 /,
      /name +primes /,
      /MAC address +02:44:4e:00:00:02/,
      /Ethernet +lan/,
      /timeout +due in 250 ms/,
      /disk 0 +1\.00M +256 blocks +read only +notes/,
      /disk 1 +64\.0K +16 blocks +read and write +spare/,
      /─ arguments: 2 ─/,
      /│ 100 "two words" +│/,
    ])
      expect(screen.text()).toMatch(shown);
    // The arrows go to the next VM, as on the page before.
    await screen.press(DOWN);
    expect(screen.text()).toMatch(/VM number +3 /);
  });

  it("show a long name whole, and of it above them as much as there is room for, with the state", async () => {
    const client = FakeClient.fleet();
    const name = "a-web-server-of-thirty-one-cell";
    client.add("primes", name);
    await open(client, size);
    await screen.press(END, ENTER, TAB);
    expectWholeFrame(screen, size);
    expect(screen.line("name  ")).toMatch(new RegExp(`name +${name} +│`));
    expect(screen.lines()[3]).toMatch(/ a-web-server-of-\S+ [►●]/);
  });

  it("say where the rest of its arguments is, where there is no room for all", async () => {
    const client = FakeClient.fleet();
    client.disks = Array.from({ length: 4 }, (_, index) => ({ ...NOTES, name: `notes-${index}` }));
    client.words = Array.from({ length: 900 }, (_, index) => `${index}`);
    await page(client);
    expect(screen.line("notes-3")).toContain("disk 3");
    expect(screen.line("─ arguments: 900 ─")).toBeDefined();
    expect(screen.text()).toMatch(/│ 0 1 2 3 4 5 /);
    expect(screen.lines().at(-3)).toContain("and more, in its memory from 0x400 on");
  });

  it("are not in core while the VM is swapped out; what the kernel knows by itself is shown", async () => {
    const client = FakeClient.fleet();
    client.words = ["100"];
    client.state(2, "swapped");
    await page(client);
    expect(screen.text()).toContain("the other registers are not in core");
    expect(screen.text()).not.toMatch(/interrupts +(en|dis)abled|pending +[01]{7}/);
    expect(screen.text()).toMatch(/MAC address +02:44:4e:00:00:02/);
    expect(screen.text()).toMatch(/│ 100 +│/);
    client.state(2, "terminated");
    client.panel.vm.resident[client.row(2)] = 0;
    await screen.advance(0.25);
    await screen.advance(0.25);
    expect(screen.text()).toContain("the other registers are gone with its memory");
  });

  it("are there without Unicode and without colours too", async () => {
    const client = FakeClient.fleet();
    client.disks = [NOTES];
    client.words = ["100"];
    await open(client, { ...size, ascii: true, colors: false });
    await screen.press(DOWN, ENTER, TAB);
    expect(screen.text()).toMatch(/pending +[01]{7}/);
    expect(screen.text()).toMatch(/disk 0 +1\.00M +256 blocks +read only +notes/);
    expect(screen.text()).toMatch(/\| 100 +\|/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for nothing but ASCII
    expect(screen.text()).toMatch(/^[\x00-\x7e]*$/);
  });
});

it("the smallest terminal has the state of a VM above its view, and the beginning of its name", async () => {
  const size = { columns: 60, rows: 16 };
  await open(FakeClient.fleet(), size);
  await screen.press(ENTER);
  expectWholeFrame(screen, size);
  expect(screen.lines()[3]).toMatch(/8Hist ─+ su… [►●○] ─╮$/);
});

describe("a VM's memory", () => {
  /** What the page is drawn from. */
  const pageOf = ({ monitor: { state, dashboard, inspector } }: Screen) =>
    ({ state, vm: dashboard.vm(state.cursor), memory: inspector.memory(state.cursor) }) as ViewData;
  const small = () => {
    const client = FakeClient.fleet();
    for (const id of [2, 3]) client.panel.vm.memorySize[client.row(id)] = 64 * 1024;
    return client;
  };

  it.each(SIZES)("is gone to its first and its last byte at $columns x $rows", async (size) => {
    await open(small(), size);
    await screen.press(DOWN, ENTER, TAB, TAB);
    await screen.press("G");
    expect(screen.line("0000fff0  00 00")).toBeDefined();
    await screen.press(DOWN, DOWN);
    expect(screen.line("0000fff0  00 00")).toBeDefined();
    await screen.press("g");
    expect(screen.line("00000000  00 00")).toBeDefined();
    await screen.press("\u001b[F");
    expect(screen.line("0000fff0  00 00")).toBeDefined();
    expect(screen.monitor.state.cursor).toBe(2);
  });

  it("shows as found what was found in it, and not the same place of another VM", async () => {
    await open(small());
    await screen.press(DOWN, ENTER, TAB, TAB, "/", "hello from", ENTER);
    const inverse = () =>
      memoryPage(pageOf(screen), 76, 18)
        .flat()
        .filter((part) => part.inverse).length;
    expect(inverse()).toBeGreaterThan(0);
    await screen.press(ESCAPE, DOWN, ENTER);
    expect(screen.line("00002340")).toContain("hello");
    expect(inverse()).toBe(0);
  });
});

describe("the heat map", () => {
  it("has a cell for each VM: wide ones while they fit, then narrow ones, then halves", () => {
    expect(heatGrid(76, 18, 500)).toEqual({ columns: 38, rows: 16, style: "wide" });
    expect(heatGrid(76, 18, 1000)).toEqual({ columns: 76, rows: 16, style: "narrow" });
    expect(heatGrid(196, 44, 10_000)).toEqual({ columns: 196, rows: 84, style: "half" });
    expect(196 * 84).toBeGreaterThan(10_000);
  });

  it("shows every VM's state, and who is under the cursor", async () => {
    await open(FakeClient.fleet());
    await screen.press("2");
    expect(screen.text()).toContain("● ● ● ● ● ● ○ ●");
    await screen.press(RIGHT, RIGHT, RIGHT);
    expect(screen.line("▸")).toContain("ping  VM 4  ping  ● ready");
    await screen.press(ENTER);
    expect(screen.text()).toContain("02:44:4e:00:00:04");
    await screen.press(ESCAPE);
    expect(screen.text()).toContain("● ● ● ● ● ● ○ ●");
  });

  it.each(SIZES)("names every state at $columns x $rows", async (size) => {
    await open(FakeClient.fleet(), size);
    await screen.press("2");
    for (const state of VM_STATE_NAMES) expect(screen.line("swapping")).toContain(state);
  });

  it("colours by any figure", async () => {
    await open(FakeClient.fleet());
    await screen.press("2", "m");
    expect(screen.line("CPU%")).toContain("share of the CPU: 0 0■ 1■ 2■ 3■ 4■ 5■ 6■ 7■");
    expect(screen.text()).toMatch(/[12] [67] [67] \d \d \d 0 \d/);
    await screen.press("M");
    expect(screen.text()).toContain("● ● ● ● ● ● ○ ●");
    expect(nextHeat("state", -1)).toBe("tickets");
  });

  it.each([
    ["turn", / 7■ {2}[\d.]+ m?s$/],
    ["memory", / 7■ {2}\d+\.0+[KM]$/],
    ["uptime", / 7■ {2}1[12]s$/],
    ["rx", / 7■ {2}[\d.]+K$/],
    ["translated", / 7■ {2}[\d.]+ %$/],
  ] as const)("says what most is of %s in its unit", async (heatBy, most) => {
    await open(FakeClient.fleet(), { columns: 100, initial: { view: "heat", heatBy } });
    expect(screen.lines()[4].replace(/^│ /, "").replace(/ +│$/, "")).toMatch(most);
  });

  it("scrolls with the cursor where not all fit", async () => {
    await open(FakeClient.crowd(5000));
    await screen.press("2");
    expect(screen.text()).toMatch(/1-32 of 66 lines/);
    await screen.press("\u001b[F");
    expect(screen.text()).toMatch(/VM 5000/);
    expect(screen.text()).toMatch(/35-66 of 66 lines/);
  });
});

describe("views", () => {
  it("are what number keys switch to, and every frame names them", async () => {
    await open(FakeClient.fleet(), { columns: 120, rows: 40 });
    for (const [index, title] of [
      "Fleet",
      "Heat map",
      "Interrupts",
      "Scheduler",
      "Swap",
      "Network",
      "VM",
      "History",
    ].entries()) {
      await screen.press(String(index + 1));
      expect(screen.lines()[3]).toContain(`${index + 1}${title}`);
    }
  });
});
