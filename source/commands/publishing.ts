/** The options that let connections in and out, and what a fleet file says of it besides. */

import type { Fleet } from "../fleet/fleet.js";
import { checkPlan, parseOutbound, parsePublish, type UplinkPlan } from "../host/uplink-plan.js";
import type { Arguments, OptionSpec } from "./arguments.js";

export const UPLINK_OPTIONS = {
  publish: { value: "P:VM:P", description: "port of 127.0.0.1, VM, its port; or P:VM:P/udp" },
  "allow-outbound": { value: "TO", description: "HOST:PORT that guests may reach; or HOST:PORT/udp" },
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
