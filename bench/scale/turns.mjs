/**
 * Measurements by turns: several processes that are set up first and then measure one after another, over and over, so that
 * whatever else the host does befalls all of them alike. Of each the median over its turns is answered.
 */

import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * @param script run once for each list of `argumentLists`. It sends a message when it is set up, a figure for each message that it
 * is sent, and ends after the message `end`
 * @returns medians, in the order of the lists
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
  return processes.map(({ figures }) => figures.sort((left, right) => left - right)[figures.length >> 1]);
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
