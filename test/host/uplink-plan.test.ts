import { describe, expect, it } from "vitest";
import {
  checkPlan,
  isEmptyPlan,
  parseOutbound,
  parsePort,
  parsePublish,
  publishedPorts,
} from "../../source/host/uplink-plan.js";

describe("a published port", () => {
  it.each([
    ["8080:web:80", { hostPort: 8080, vm: "web", vmPort: 80, transport: "tcp" }],
    ["1:w-2:65535/tcp", { hostPort: 1, vm: "w-2", vmPort: 65_535, transport: "tcp" }],
    ["9000:arena:9001/udp", { hostPort: 9000, vm: "arena", vmPort: 9001, transport: "udp" }],
  ])("%s is read", (text, port) => {
    expect(parsePublish(text, "it")).toEqual(port);
  });

  it.each([
    "",
    "8080",
    "8080:80",
    "8080::80",
    "web:8080:80",
    "0:web:80",
    "65536:web:80",
    "8080:web:0",
    "8080:web:80/sctp",
    "8080:web:80:1",
    "-1:web:80",
    "8080:w b:80",
    `8080:${"w".repeat(32)}:80`,
  ])("'%s' is refused in one line", (text) => {
    expect(() => parsePublish(text, "--publish")).toThrow(/^--publish.*; give .+$/);
  });

  it("is published once, but as TCP and as UDP", () => {
    const plan = (...ports: string[]) => ({ publish: ports.map((port) => parsePublish(port, "it")), outbound: [] });
    expect(() => checkPlan(plan("80:a:1", "80:b:2"))).toThrow("port 80/tcp is published twice");
    expect(checkPlan(plan("80:a:1", "80:b:2/udp")).publish).toHaveLength(2);
  });
});

describe("an allowed destination", () => {
  it.each([
    ["example.org:80", { host: "example.org", port: 80, transport: "tcp" }],
    ["127.0.0.1:5432/tcp", { host: "127.0.0.1", port: 5432, transport: "tcp" }],
    ["192.0.2.1:123/udp", { host: "192.0.2.1", port: 123, transport: "udp" }],
  ])("%s is read", (text, destination) => {
    expect(parseOutbound(text, "it")).toEqual(destination);
  });

  it.each([
    "",
    "example.org",
    ":80",
    "example.org:0",
    "example.org:http",
    "-a:80",
    "a b:80",
    "http://a:80",
    "a:80/sctp",
  ])("'%s' is refused in one line", (text) => {
    expect(() => parseOutbound(text, "--allow-outbound")).toThrow(/^--allow-outbound.*; give .+$/);
  });

  it("is the only one with its port, but for TCP and for UDP", () => {
    const plan = (...hosts: string[]) => ({ publish: [], outbound: hosts.map((text) => parseOutbound(text, "it")) });
    expect(() => checkPlan(plan("a.org:80", "b.org:80"))).toThrow("two allowed destinations have the port 80");
    expect(checkPlan(plan("a.org:80", "b.org:80/udp")).outbound).toHaveLength(2);
  });
});

describe("destinations that no guest could reach", () => {
  const plan = (...hosts: string[]) => ({ publish: [], outbound: hosts.map((text) => parseOutbound(text, "it")) });

  it.each([
    ["8.8.8.8:53/udp", "DNS"],
    ["dhcp.example.org:67/udp", "DHCP"],
  ])("%s is refused: the supervisor's own %s is there", (text, service) => {
    expect(() => checkPlan(plan(text))).toThrow(
      `${text} cannot be allowed: guests find the supervisor's own ${service} at that port; leave it out`,
    );
    const asStream = text.replace("/udp", "/tcp");
    expect(checkPlan(plan(asStream)).outbound).toHaveLength(1);
  });

  it("are refused where there are more than the supervisor listens for", () => {
    const hosts = Array.from({ length: 33 }, (_, index) => `a.org:${1000 + index}`);
    expect(checkPlan(plan(...hosts.slice(1))).outbound).toHaveLength(32);
    expect(() => checkPlan(plan(...hosts))).toThrow("33 destinations are allowed; allow at most 32");
  });
});

describe("the control interface's ports", () => {
  const control = { http: 9000, telnet: 9001, token: "secret" };

  it("lead to the supervisor itself, behind the others", () => {
    const plan = { publish: [parsePublish("80:web:80", "it")], outbound: [], control };
    expect(publishedPorts(checkPlan(plan)).map(({ hostPort, vm, vmPort }) => [hostPort, vm, vmPort])).toEqual([
      [80, "web", 80],
      [9000, "", 80],
      [9001, "", 23],
    ]);
    expect(isEmptyPlan({ publish: [], outbound: [], control })).toBe(false);
  });

  it("are nobody else's", () => {
    const plan = { publish: [parsePublish("9001:web:80", "it")], outbound: [], control };
    expect(() => checkPlan(plan)).toThrow("port 9001/tcp is published twice");
  });

  it.each(["", "0", "65536", "1e3", "-1", "http"])("'%s' is no port", (text) => {
    expect(() => parsePort(text, "--control")).toThrow(/^--control: .* is no port; give 1 to 65535$/);
  });
});
