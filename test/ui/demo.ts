/**
 * The monitor over a scripted kernel, for looking at it and for tests in a real terminal:
 *
 *     demo [fleet | crowd NUMBER | empty | crash]
 *
 * On SIGUSR2 the kernel breaks.
 */

import { runMonitor } from "../../source/ui/monitor.js";
import { FakeClient } from "./fake-client.js";

const [scene = "fleet", size = "1000"] = process.argv.slice(2);

function client(): FakeClient {
  switch (scene) {
    case "crowd":
      return FakeClient.crowd(Number(size));
    case "empty":
      return new FakeClient();
    case "crash": {
      const fleet = FakeClient.fleet();
      const id = fleet.add("bad-jump");
      fleet.state(id, "crashed");
      fleet.state(3, "paused");
      fleet.consoles.set(id, "bad-jump: about to jump into data\n\u001b[31mred\u001b[0m\n");
      return fleet;
    }
    default:
      return FakeClient.fleet();
  }
}

const kernel = client();
let printed = 0;
for (let step = 0; step < 400; step++) kernel.advance(0.25 + 0.2 * Math.sin(step / 9));
const clock = setInterval(() => {
  kernel.advance(0.05);
  if (++printed % 10 === 0) {
    for (const [id, text] of kernel.consoles) {
      if (kernel.panel.image(kernel.row(id)) === "ping")
        kernel.consoles.set(id, `${text}seq ${printed} time 0.21 ms\n`);
    }
  }
}, 50);
process.on("SIGUSR2", () => kernel.break(new Error("kernel invariant broken: for show")));

runMonitor(kernel, {}).then(
  (status) => {
    clearInterval(clock);
    console.log("monitor ended");
    process.exitCode = status;
  },
  (error: Error) => {
    clearInterval(clock);
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  },
);
