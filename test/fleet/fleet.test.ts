import { expect, test } from "vitest";
import { parseFleet, readFleet } from "../../source/fleet/fleet.js";
import { nearest } from "../../source/fleet/nearest.js";
import { startedVm } from "../../source/fleet/vms.js";
import { DEFAULT_FLEET } from "../../source/host/places.js";
import { UserError } from "../../source/kernel/index.js";

test("a fleet file says which VMs to start, and on what machine", () => {
  const fleet = parseFleet(
    `
memory-budget: 64MiB
swap-block: 16KiB
swap-cache: none
swap-iops: 300
publish-if-free: ["8080:web:80"]
quantum: 100000i
policy: lottery
interrupts: immediate
idle: spin
seed: 7
vms:
  - image: ticker
    name: clock
    count: 8
    memory: 256KiB
    arguments: [250, "x y", true]
    network: lan
    tickets: 3
    engine: both
  - { image: disk, disks: [{ name: notes, blocks: 64 }, { name: shared, read-only: true, if-free: true }] }
`,
    "fleet.yaml",
  );
  expect(fleet).toEqual({
    memoryBudget: 64 * 1024 * 1024,
    swapBlock: 16 * 1024,
    swapCache: "none",
    swapIops: 300,
    publishIfFree: [{ hostPort: 8080, vm: "web", vmPort: 80, transport: "tcp" }],
    quantum: { instructions: 100_000 },
    policy: "lottery",
    interrupts: "immediate",
    idle: "spin",
    seed: 7,
    vms: [
      {
        image: "ticker",
        name: "clock",
        count: 8,
        memory: 262_144,
        arguments: ["250", "x y", "true"],
        network: "lan",
        tickets: 3,
        engine: "both",
      },
      {
        image: "disk",
        disks: [
          { name: "notes", blocks: 64, readOnly: false },
          { name: "shared", blocks: 256, readOnly: true, ifFree: true },
        ],
      },
    ],
    places: ["fleet.yaml:13: vms[0]", "fleet.yaml:21: vms[1]"],
  });
});

test("an argument is the text that the file has, whatever it looks like", () => {
  const given = ["1.10", "007", "0x1F", "1e3", "12345678901234567890", "True", ".5", "+5", "~", "2001-01-01", "&x 1.0"];
  const { vms } = parseFleet(
    `vms:
  - { image: a, arguments: [${given.join(", ")}, *x, "1.0", '', plain text] }
  - image: b
    count: &three 3
    arguments: &both
      - *three
      - 0o17
  - { image: c, arguments: *both }
`,
    "fleet.yaml",
  );
  expect(vms.map((vm) => vm.arguments)).toEqual([
    [...given.slice(0, -1), "1.0", "1.0", "1.0", "", "plain text"],
    ["3", "0o17"],
    ["3", "0o17"],
  ]);
  expect(vms[1].count).toBe(3);
});

/** Each with its number of the line at fault and what is said about it. */
test.each([
  ["unknown mode", "vms:\n  - image: ticker\nidle: spim\n", 3, "idle must be yield or spin"],
  ["unknown key", "vms:\n  - image: ticker\nquantun: 5ms\n", 3, "unknown key quantun; did you mean quantum?"],
  [
    "unknown key of a VM",
    "vms:\n  - image: ticker\n    memry: 1MiB\n",
    3,
    "unknown key memry in vms[0]; did you mean memory?",
  ],
  [
    "unknown key of a disk",
    "vms:\n  - image: disk\n    disks:\n      - name: a\n        readonly: true\n",
    5,
    "unknown key readonly in vms[0].disks[0]; did you mean read-only?",
  ],
  [
    "unknown key like no other",
    "vms:\n  - image: ticker\ncolour: red\n",
    3,
    "unknown key colour; known keys: memory-budget, swap-block, swap-cache, swap-iops, quantum, policy, interrupts, idle, seed, publish, publish-if-free, allow-outbound, vms",
  ],
  ["another key for vms", "vmz: []\n", 1, "unknown key vmz; did you mean vms?"],
  [
    "another key for an image",
    "vms:\n  - image: ticker\n  - imagee: x\n",
    3,
    "unknown key imagee in vms[1]; did you mean image?",
  ],
  [
    "another key for a disk's name",
    "vms:\n  - image: disk\n    disks: [{ nam: a }]\n",
    3,
    "unknown key nam in vms[0].disks[0]; did you mean name?",
  ],
  [
    "no such policy",
    "vms:\n  - image: ticker\npolicy: whim\n",
    3,
    "policy: there is no scheduling policy 'whim'; use round-robin or lottery",
  ],
  [
    "a swap block of no size",
    "swap-block: 5KiB\nvms:\n  - image: ticker\n",
    1,
    "swap-block: a swap block of 5120 bytes makes no sense; give a power of two from 4096 to 65536",
  ],
  [
    "a memory budget for nothing",
    "vms:\n  - image: ticker\nmemory-budget: 1KiB\n",
    3,
    "memory-budget: a memory budget of 1024 bytes holds no VM; give at least 65536",
  ],
  [
    "a quantum out of range",
    "vms:\n  - image: ticker\nquantum: 1h\n",
    3,
    "quantum: a quantum of 3600000 ms is out of range; give 0.01 to 1000 ms",
  ],
  [
    "a disk too large",
    "vms:\n  - image: disk\n    disks:\n      - name: d\n      - { name: e, blocks: 9999999 }\n",
    5,
    'vms[0].disks[1]: disk "e" cannot have 9999999 blocks; give 1 to 262144',
  ],
  ["no image", "vms:\n  - image: ticker\n  - count: 3\n", 3, "vms[1].image is missing"],
  ["no VMs", "quantum: 5ms\n", 1, "vms is missing"],
  ["an empty list of VMs", "quantum: 5ms\nvms: []\n", 2, "vms must name at least one VM"],
  ["an empty file", "", 1, "the file must be a map with the key vms"],
  ["a list at the top", "- image: ticker\n", 1, "the file must be a map with the key vms"],
  [
    "a VM that is text",
    "vms:\n  - ticker\n",
    2,
    "vms[0] must be a VM: image, name, count, memory, arguments, disks, network, tickets, engine",
  ],
  [
    "an argument without text",
    "vms:\n  - image: lua\n    arguments:\n      -\n",
    4,
    "vms[0].arguments[0] must be text",
  ],
  ["a list as an argument", "vms:\n  - image: lua\n    arguments: [[1]]\n", 3, "vms[0].arguments[0] must be text"],
  [
    "a number as a name",
    "vms:\n  - image: ticker\n    name: '5'\n",
    3,
    "vms[0].name must not be digits alone, as VMs' numbers are",
  ],
  ["no name", "vms:\n  - image: ticker\n    name: ''\n", 3, "vms[0].name must not be empty"],
  ["no such count", "vms:\n  - image: ticker\n    count: 0\n", 3, "vms[0].count must be at least 1"],
  [
    "no such engine",
    "vms:\n  - image: ticker\n    engine: turbo\n",
    3,
    "vms[0].engine must be automatic or translator or interpreter or both",
  ],
  ["a count of text", "vms:\n  - image: ticker\n    count: many\n", 3, "vms[0].count must be a whole number"],
  [
    "a size without sense",
    "memory-budget: lots\nvms:\n  - image: ticker\n",
    1,
    "memory-budget is 'lots'; give a size such as 256MiB",
  ],
  [
    "a quantum without unit",
    "vms:\n  - image: ticker\nquantum: 5\n",
    3,
    "quantum is '5'; give a quantum such as 5ms, or 100000i for guest instructions",
  ],
  ["a key given twice", "vms:\n  - image: a\nseed: 1\nseed: 2\n", 4, "Map keys must be unique"],
  [
    "broken YAML",
    "vms:\n  - image: [a\n",
    3,
    "Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
])("%s is refused with its line", (_, text, line, problem) => {
  expect(() => parseFleet(text, "fleet.yaml")).toThrow(new UserError(`fleet.yaml:${line}: ${problem}`));
});

test("a file that cannot be read is one clear line", () => {
  expect(() => readFleet("/nowhere/fleet.yaml")).toThrow(
    new UserError("cannot read the fleet file /nowhere/fleet.yaml: there is no such file or folder"),
  );
});

test("the built-in fleet has computing, idling, talking, storing and crashing guests", () => {
  const images = readFleet(DEFAULT_FLEET).vms.map((vm) => vm.image);
  for (const image of ["ping", "pong", "primes", "ticker", "disk", "echo"]) expect(images).toContain(image);
  expect(images.some((image) => image.startsWith("hostile-"))).toBe(true);
});

test("the built-in fleet has a web server that is published where its port is free, and published nowhere else", () => {
  const fleet = readFleet(DEFAULT_FLEET);
  expect(fleet.publishIfFree).toEqual([{ hostPort: 8080, vm: "web", vmPort: 80, transport: "tcp" }]);
  expect(fleet.publish).toBeUndefined();
  expect(fleet.vms.find(({ name }) => name === "web")).toMatchObject({ image: "httpd" });
});

test("the built-in fleet may be started twice: its disk gives way", () => {
  const disks = readFleet(DEFAULT_FLEET).vms.flatMap((vm) => vm.disks ?? []);
  expect(disks).toMatchObject([{ name: "notes", ifFree: true }]);
});

test("a guess is made only for what is nearly right", () => {
  expect(nearest("imge", ["image", "count"])).toBe("image");
  expect(nearest("zzz", ["image", "count"])).toBeUndefined();
});

test("aliases that lead nowhere or to too much, and a second document, are refused in one line", () => {
  const flood = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ..."bcdef".split("").map((name, at) => {
      const before = "abcde"[at];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`;
    }),
  ].join("\n");
  for (const [text, message] of [
    ["vms: *nobody", /^f\.yaml: Unresolved alias.*nobody$/],
    [`${flood}\nvms: *f`, /^f\.yaml: Excessive alias count/],
    [
      "vms: [{image: hello}]\n---\nvms: [{image: hello}]",
      /^f\.yaml:2: a second document begins here; a fleet file has one$/,
    ],
  ] as const)
    expect(() => parseFleet(text, "f.yaml")).toThrow(
      expect.objectContaining({ constructor: UserError, message: expect.stringMatching(message) }),
    );
});

test("it is known beforehand what the VMs will be called", () => {
  const fleet = parseFleet(
    "vms:\n  - { image: httpd, name: web, count: 2 }\n  - { image: ./a/own.elf }\n  - { image: web }\n",
    "fleet.yaml",
  );
  const imageOf = (name: string) => startedVm(fleet, name)?.image;
  expect(["web", "web-2", "web-3", "own"].map(imageOf)).toEqual(["httpd", "httpd", "web", "./a/own.elf"]);
  expect(startedVm({ ...fleet, vms: [{ image: "2048.elf" }] }, "vm-2048")).toBeDefined();
  for (const name of ["web-1", "web-4", "httpd", "own-2", "nope", "a"]) expect(imageOf(name), name).toBeUndefined();
});
