import { describe, expect, it } from "vitest";
import { type Filterable, parseFilter } from "../../source/ui/filter.js";

const VMS: readonly Filterable[] = [
  { name: "web-1", image: "lighttpd", state: "running" },
  { name: "web-2", image: "lighttpd", state: "idle" },
  { name: "primes", image: "primes", state: "ready" },
  { name: "lost", image: "webcrawler", state: "swapped" },
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
  ])("%j passes %j", (text, names) => expect(passing(text)).toEqual(names));

  it.each([
    ["state:late", /no state begins with "late"; the states are running, ready/],
    ["/(/", /\/\(\/ is not a regular expression/],
  ])("refuses %j in one line", (text, message) => expect(() => parseFilter(text)).toThrow(message));
});
