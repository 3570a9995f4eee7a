/**
 * Measurements by turns: several processes that are set up first and then measure one after another, over and over, so that
 * whatever else the host does befalls all of them alike: figures of one turn are compared with each other, not those of the whole run.
 */

import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * @param script run once for each list of `argumentLists`. It sends a message when it is set up, a figure for each message that it
 * is sent, and ends after the message `end`
 * @returns for each list, in their order, its figures, turn by turn
 */
export async function byTurns(script, argumentLists, turns, execArgv) {
  const processes = [];
  for (const given of argumentLists) {
    const child = fork(script, given, { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await answer(child);
    processes.push({ child, figures: [] });
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const { child, figures } of processes) {
      child.send("measure");
      figures.push(await answer(child));
    }
  }
  for (const { child } of processes) {
    child.send("end");
    await once(child, "exit");
  }
  return processes.map(({ figures }) => figures);
}

export function median(values) {
  return [...values].sort((left, right) => left - right)[values.length >> 1];
}

/** How many times as much one is as the other: the median over the turns, in each of which both were measured. */
export function timesAsMuch(figures, others) {
  return median(figures.map((figure, turn) => figure / others[turn]));
}

/** What the process sends next. @throws when it ends instead */
async function answer(child) {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = once(child, "exit", { signal }).then(([status]) => {
    throw new Error(`a measurement ended with status ${status}`);
  });
  try {
    return (await Promise.race([once(child, "message", { signal }), ended]))[0];
  } finally {
    ended.catch(() => {}); // It is aborted now.
    controller.abort();
  }
}
