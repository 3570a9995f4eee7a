import { describe, expect, it } from "vitest";
import { type Filterable, parseFilter } from "../../source/ui/filter.js";
import { VM_TABLE_COLUMNS } from "../../source/ui/presentation/vm-columns.js";

/** A VM of which some figures are not 0. */
function vm(name: string, image: string, state: Filterable["state"], figures: Record<string, number>): Filterable {
  return { name, image, state, value: ({ id }) => figures[id] ?? 0 };
}

const VMS: readonly Filterable[] = [
  vm("web-1", "lighttpd", "running", { cpu: 62, net: 3 * 1024 * 1024, uptime: 700, pending: 2 }),
  vm("web-2", "lighttpd", "idle", { cpu: 0.5, net: 1.2 * 1024 * 1024, rate: 1500, uptime: 200 }),
  vm("primes", "primes", "ready", { cpu: 37, rate: 45e6, uptime: 7500 }),
  vm("lost", "webcrawler", "swapped", {}),
];

const passing = (text: string) => VMS.filter(parseFilter(text) ?? (() => true)).map(({ name }) => name);

describe("parseFilter", () => {
  it.each([
    ["", ["web-1", "web-2", "primes", "lost"]],
    ["   ", ["web-1", "web-2", "primes", "lost"]],
    ["web", ["web-1", "web-2", "lost"]],
    ["WEB", ["web-1", "web-2", "lost"]],
    ["!web", ["primes"]],
    ["name:web", ["web-1", "web-2"]],
    ["image:web", ["lost"]],
    ["/^web-[0-9]$/", ["web-1", "web-2"]],
    ["!/^web-/", ["primes", "lost"]],
    ["state:idle", ["web-2"]],
    ["state:s", ["lost"]],
    ["!state:swapped", ["web-1", "web-2", "primes"]],
    ["web state:idle", ["web-2"]],
    ["web-1 web-2", []],
    ["cpu>1", ["web-1", "primes"]],
    ["CPU%>=62%", ["web-1"]],
    ["cpuPercent<1", ["web-2", "lost"]],
    ["net>1M", ["web-1", "web-2"]],
    ["net>2M", ["web-1"]],
    ["net>1.25M web", ["web-1"]],
    ["rate=1.5k", ["web-2"]],
    ["rate>1M", ["primes"]],
    ["uptime>10m", ["web-1", "primes"]],
    ["uptime>2h", ["primes"]],
    ["!uptime>300s", ["web-2", "lost"]],
    ["pending>0 state:run", ["web-1"]],
    ["pending<=0", ["web-2", "primes", "lost"]],
  ])("%j passes %j", (text, names) => expect(passing(text)).toEqual(names));

  /** All that a person sees a % at, in the title of the table. */
  const shares = VM_TABLE_COLUMNS.filter(({ title }) => title.endsWith("%"));

  it.each(shares.map(({ id, title }) => [title, id]))("takes %s with its sign behind the figure", (title, id) => {
    const halves = [12.4, 12.6].map((share) => vm(String(share), "", "ready", { [id]: share }));
    for (const name of [id, title]) {
      const filter = parseFilter(`${name}>12.5%`);
      expect(halves.filter((half) => filter?.(half)).map(({ name: share }) => share)).toEqual(["12.6"]);
    }
  });

  it.each([
    ["state:late", /no state begins with "late"; the states are running, ready/],
    ["height>3", /no figure "height" to compare; there are id, cpu, ready/],
    ["name>3", /no figure "name" to compare/],
    ["cpu>lots", /"lots" is not a figure to compare cpu with; write as 5 or 12.5/],
    ["uptime>3k", /"3k" is not a figure/],
    ["net>", /"" is not a figure/],
    ["/(/", /\/\(\/ is not a regular expression/],
  ])("refuses %j in one line", (text, message) => expect(() => parseFilter(text)).toThrow(message));
});
