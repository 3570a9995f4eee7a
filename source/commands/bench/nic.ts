/**
 * What a network interface of one instruction a packet buys: the same guest sends and receives UDP packets by it, and by an
 * emulated card whose registers it has to go through.
 */

import { type Experiment, ends, figure, type Series, type Sizes, seriesOf } from "./experiment.js";
import { type Machine, onMachine } from "./machine.js";

const SECOND = 1e9;

/** Packets after which V8 has compiled what there is to compile. */
const WARM_PACKETS = 20_000;

type Way = "instruction" | "registers";

export const experiment: Experiment = {
  name: "nic",
  about: "packets in a second of a VM's CPU time: by one instruction each, and by a card's registers",
  varies: "bytes of UDP",
  sizes: { points: [100, 500, 1_400], seconds: 1, runs: 3 },
  paperPoints: [100, 500, 1_400],
  paper:
    "an emulated pcnet32 takes 10 accesses to receive and 12 to send, not 1; it receives 100 bytes of UDP 42 % slower",
  async measure(sizes) {
    const columns = [
      ["receive", "packets/s"],
      ["receive by registers", "packets/s"],
      ["send", "packets/s"],
      ["send by registers", "packets/s"],
    ] as const;
    const series = await seriesOf(sizes, columns, async (bytes) => {
      const [simple, registers] = [await rates("instruction", bytes, sizes), await rates("registers", bytes, sizes)];
      return [simple.received, registers.received, simple.sent, registers.sent];
    });
    const least = sizes.points[0];
    const found =
      `with ${figure(least)} bytes registers receive ${loss(series[0], series[1])} % slower and send ` +
      `${loss(series[2], series[3])} %; checksums are computed, but there is no stack as in the paper`;
    return { series, found };
  },
};

/** Percent by which the second is slower, at the first point. */
function loss(simple: Series, registers: Series): string {
  return figure(100 * (1 - ends(registers)[0] / ends(simple)[0]));
}

interface Rates {
  readonly received: number[];
  readonly sent: number[];
}

/** Packets a second of CPU time that the receiver, and the sender, uses; its virtual instructions are part of that. */
function rates(way: Way, bytes: number, { seconds, runs, engine }: Sizes): Promise<Rates> {
  return onMachine({ engine, registerNic: true }, async (machine) => {
    const [receiver] = await machine.client.spawn({ image: "nic", arguments: ["receive", way] });
    const settings = ["send", way, String(receiver), String(bytes)];
    const [sender] = await machine.client.spawn({ image: "nic", arguments: settings });
    const [from, to] = [rowOf(machine, sender), rowOf(machine, receiver)];
    const { txPackets, rxPackets, rxQueued, cpuTime } = machine.client.panel.vm;
    await machine.until("packets", () => rxPackets[to] > WARM_PACKETS);
    const rates: Rates = { received: [], sent: [] };
    for (let run = 0; run < runs; run++) {
      const now = () => ({
        sent: txPackets[from],
        received: rxPackets[to] - rxQueued[to],
        sending: cpuTime[from],
        receiving: cpuTime[to],
      });
      const before = now();
      let after = before;
      // On a host that stands still, one of them may not be run.
      while (after.sending === before.sending || after.receiving === before.receiving) {
        await machine.pass(seconds);
        after = now();
      }
      rates.received.push((SECOND * (after.received - before.received)) / (after.receiving - before.receiving));
      rates.sent.push((SECOND * (after.sent - before.sent)) / (after.sending - before.sending));
    }
    return rates;
  });
}

function rowOf({ client: { panel } }: Machine, id: number): number {
  return panel.vm.id.indexOf(id);
}
