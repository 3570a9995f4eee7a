/** Lottery tickets by keys: whom they are given to, what is said, and the marks that changes of them leave. */

import { afterEach, describe, expect, it } from "vitest";
import { FakeClient } from "./fake-client.js";
import { DOWN, ENTER, ESCAPE, SHIFT_TAB } from "./keys.js";
import { expectWholeFrame, Screen, type ScreenOptions, SIZES } from "./screen.js";

let screen: Screen;
afterEach(() => screen.close());

async function open(client: FakeClient, options?: ScreenOptions): Promise<void> {
  screen = await Screen.running(client, options);
}

const message = () => screen.lines().at(-1);

/** The dialog's line with the number. */
const number = () => screen.line("│ Tickets ");

describe.each(SIZES)("at $columns x $rows, the dialog", (size) => {
  it("asks, by name, for another number than the VM holds, and says what was done", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await screen.press(DOWN, "L");
    expect(screen.text()).toContain("Lottery tickets of primes  VM 2");
    expect(number()).toMatch(/Tickets +100 +now 100 /);
    expectWholeFrame(screen, size);
    await screen.press("200", ENTER);
    expect(client.calls).toEqual(["setTickets 2 200"]);
    expect(message()).toContain("✓ tickets of primes (2): 100 → 200");
    expect(screen.text()).not.toContain("Lottery tickets of");
  });

  it("is for all that are tagged, names them, and has no number where they hold different ones", async () => {
    const client = FakeClient.fleet();
    await open(client, size);
    await client.setTickets(3, 50);
    await screen.press(DOWN, "   ", "L");
    expect(screen.text()).toMatch(
      /Lottery tickets of 3 VMs .*\n.*primes {2}VM 2 .*\n.*primes-2 {2}VM 3 .*\n.*ping {2}VM 4 /,
    );
    expect(number()).toMatch(/Tickets +now 50 to 100 /);
    expectWholeFrame(screen, size);
    await screen.press("7", ENTER);
    expect(client.calls.slice(1)).toEqual(["setTickets 2 7", "setTickets 3 7", "setTickets 4 7"]);
    expect(message()).toContain("tickets of 3 VMs: 50 to 100 → 7");
    await screen.press("L");
    expect(number()).toMatch(/Tickets +7 +now 7 /);
  });

  it("says how many there are beside those that it has room to name", async () => {
    await open(FakeClient.crowd(1000), size);
    await screen.press("A", "L");
    expect(screen.text()).toContain("Lottery tickets of 1000 VMs");
    expect(screen.text()).toMatch(/and 99\d more/);
    expect(number()).toMatch(/Tickets +100 +now 100 /);
    expectWholeFrame(screen, size);
  });
});

describe("the number", () => {
  it("is edited once it was gone into, and takes nothing but digits", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "L", "\u001b[D", "5", "x", "-", " ", ENTER);
    expect(client.calls).toEqual(["setTickets 2 1050"]);
  });

  it.each([
    ["0", '"0" is not a number of lottery tickets from 1 to 10000'],
    ["10001", '"10001" is not a number of lottery tickets from 1 to 10000'],
    ["\u007f", '"" is not a number of lottery tickets from 1 to 10000'],
  ])("that nobody can hold, %j, keeps the dialog open, with the reason", async (typed, reason) => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "L", typed, ENTER);
    expect(client.calls).toEqual([]);
    expect(message()).toContain(reason);
    expect(screen.text()).toContain("Lottery tickets of primes");
  });

  it.each([ESCAPE, "q", "L"])("is forgotten with %j", async (key) => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "L", "5", key);
    expect(screen.text()).not.toContain("Lottery tickets of");
    await screen.press("L");
    expect(number()).toMatch(/Tickets +100 /);
    expect(client.calls).toEqual([]);
    expect(screen.quits).toBe(0);
  });
});

describe("tickets", () => {
  it("count under the lottery alone, as the dialog says where another policy is in force", async () => {
    await open(FakeClient.fleet());
    await screen.press("L");
    expect(screen.text()).toContain("The policy, round robin, ignores them; o changes it.");
    await screen.press(ESCAPE, "o", "L");
    expect(screen.text()).toContain("Twice as many: twice the CPU time, by the lottery.");
    expect(screen.text()).not.toContain("ignores them");
  });

  it("are for those that live: of one that has ended the last line says so", async () => {
    const client = FakeClient.fleet();
    client.state(2, "crashed");
    await open(client);
    await screen.press(DOWN, "L");
    expect(message()).toContain("it has ended already; x forgets it");
    await screen.press("  ", "L");
    expect(screen.text()).toContain("Lottery tickets of primes-2  VM 3");
  });

  it("that some refuse are said to be the others'", async () => {
    const client = FakeClient.fleet();
    const give = client.setTickets.bind(client);
    client.setTickets = (id, tickets) => {
      if (id === 3) client.refusals.set("setTickets", "VM 3 has ended");
      else client.refusals.clear();
      return give(id, tickets);
    };
    await open(client);
    await screen.press(DOWN, "  ", "L", "9", ENTER);
    expect(message()).toContain("✗ tickets of 1 of 2 VMs: 100 → 9; VM 3 has ended");
  });

  it("are those of now, while the display is frozen", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press(DOWN, "Z");
    await client.setTickets(2, 30);
    await screen.advance(0.25);
    await screen.press("L");
    expect(number()).toMatch(/Tickets +30 +now 30 /);
  });

  it("of a VM that is spawned are asked for in that dialog, in front of its engine", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("n");
    expect(screen.line("│ Tickets ")).toMatch(/Tickets +100 /);
    await screen.press(DOWN, DOWN, DOWN, SHIFT_TAB, SHIFT_TAB, "0", ENTER);
    expect(message()).toContain('"0" is not a number of lottery tickets from 1 to 10000');
    await screen.press("\u007f", "250", ENTER);
    expect(client.calls).toEqual(["spawn ticker 1 of 250 tickets"]);
  });
});

describe("a mark on the graphs", () => {
  it("tells a change of one VM's tickets, whoever made it", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("8", DOWN, "L", "200", ENTER);
    await screen.advance(1);
    expect(screen.line("tickets of primes 100 → 200")).toMatch(/^│ │ /);
    // Over HTTP, say.
    await client.setTickets(4, 5);
    await screen.advance(1);
    expect(screen.text()).toContain("tickets of ping 100 → 5");
    expect(screen.line("CPU   ").slice(12, -2)).toContain("│");
  });

  it("tells one of many VMs, with the numbers that are the same for all of them", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("8");
    for (const id of [2, 3, 4]) await client.setTickets(id, 200);
    await screen.advance(1);
    expect(screen.text()).toContain("tickets of 3 VMs 100 → 200");
    for (const id of [1, 2]) await client.setTickets(id, 300);
    await screen.advance(1);
    expect(screen.text()).toContain("tickets of 2 VMs → 300");
    for (const id of [1, 2]) await client.setTickets(id, id);
    await screen.advance(1);
    expect(screen.text()).toMatch(/tickets of 2 VMs +│/);
  });

  it("is not made of VMs that come, where others held as a number before", async () => {
    const client = FakeClient.fleet();
    await open(client);
    await screen.press("8");
    await client.setTickets(8, 7);
    await screen.advance(1);
    await client.kill(8);
    await client.reap(8);
    client.add("echo");
    await screen.advance(1);
    expect(screen.text().match(/tickets of/g)).toHaveLength(1);
  });
});
