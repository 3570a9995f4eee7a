/** Which ports a command line and a fleet file ask for together, and which of them exclude each other. */

import { expect, test } from "vitest";
import { parseArguments } from "../../source/commands/arguments.js";
import { spec as monitor } from "../../source/commands/monitor.js";
import { uplinkPlan } from "../../source/commands/publishing.js";
import { spec as run } from "../../source/commands/run.js";
import { UsageError } from "../../source/commands/usage-error.js";
import { parseFleet } from "../../source/fleet/fleet.js";

const fleet = parseFleet('publish-if-free: ["8080:web:80"]\nvms: [{ image: httpd, name: web }]\n', "fleet.yaml");
const planOf = (...argv: string[]) => uplinkPlan(parseArguments(run, argv), fleet);

test.each([
  ["of denali", monitor],
  ["of denali run", run],
])("a port that --metrics asks for is published for nobody as a courtesy: %s", (_, spec) => {
  expect(uplinkPlan(parseArguments(spec, ["--metrics", "8080"]), fleet).publish).toEqual([]);
  const other = uplinkPlan(parseArguments(spec, ["--metrics", "9100"]), fleet);
  expect(other.publish).toEqual([{ hostPort: 8080, vm: "web", vmPort: 80, transport: "tcp", ifFree: true }]);
});

test("a port that is asked for twice, for the figures and for something else, is a usage error", () => {
  const refusal = new UsageError("port 9000 is wanted for --metrics and published as well; give each its own");
  expect(() => planOf("--metrics", "9000", "--publish", "9000:web:80")).toThrow(refusal);
  expect(() => planOf("--metrics", "9000", "--control", "9000")).toThrow(refusal);
  expect(planOf("--metrics", "9000", "--publish", "9000:web:80/udp").publish).toHaveLength(2);
});

test("a port that leads to a VM on an Ethernet without the supervisor is published, and said to refuse its clients", () => {
  const apart = parseFleet(
    `vms:
  - { image: httpd, name: web, count: 2 }
  - { image: httpd, name: web, network: inner }
  - { image: arena, name: game, network: inner }
  - { image: httpd, name: near, network: lan }
`,
    "fleet.yaml",
  );
  const ports = ["8080:web-3:80", "9000:game:9000/udp", "8081:web-2:80", "8082:near:80", "8083:web:80"];
  const plan = uplinkPlan(
    parseArguments(
      run,
      ports.flatMap((port) => ["--publish", port]),
    ),
    apart,
  );
  expect(plan.publish).toHaveLength(5);
  const where =
    "on the Ethernet 'inner', and the supervisor is on 'lan' alone: clients are refused; leave out that VM's network";
  expect(plan.remarks).toEqual([`port 8080 leads to 'web-3' ${where}`, `port 9000/udp leads to 'game' ${where}`]);
});
