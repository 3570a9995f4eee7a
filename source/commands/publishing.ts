/** The options that let connections in and out, and what a fleet file says of it besides. */

import type { Fleet } from "../fleet/fleet.js";
import { checkPlan, parseOutbound, parsePublish, type UplinkPlan } from "../host/uplink-plan.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export const UPLINK_OPTIONS = {
  publish: { value: "PORT:VM:PORT", description: "lead a port of 127.0.0.1 to a VM's; /udp behind it" },
  "allow-outbound": { value: "HOST:PORT", description: "let guests connect to it" },
} satisfies Record<string, OptionSpec>;

/** Everything that the command line or the fleet asks for. @throws UserError where it makes no sense */
export function uplinkPlan(given: Arguments, fleet: Fleet): UplinkPlan {
  return checkPlan({
    publish: [...(fleet.publish ?? []), ...given.values("publish").map((text) => parsePublish(text, "--publish"))],
    outbound: [
      ...(fleet.allowOutbound ?? []),
      ...given.values("allow-outbound").map((text) => parseOutbound(text, "--allow-outbound")),
    ],
  });
}
