/**
 * What a VM's slice cannot but do, without anything else: touch the page of registers and the stack's in the VM's memory, of few and
 * of many memories in turn. Each is a WebAssembly.Memory, 10 GiB away from the next, so that of ten thousand neither the pages
 * nor what their addresses are looked up in are in the CPU's caches.
 *
 * Together: which memory is next is known, so that the CPU looks ahead and waits for several. Apart: the number of the next is in
 * the page itself, so that it waits for each alone, as for a VM that is woken when nobody else is ready.
 */

import { threadTime } from "../support/thread-time.mjs";

/** Word of the register of the system time. */
const SYSTEM_TIME = 0x118 / 4;

const PAGES = 2;

/** Words from the end of the memory: where a stack is used. */
const STACK = 16;

const TOUCHES = 300_000;
const TURNS = 9;

export async function measure(_client, { vms, few }) {
  const words = Array.from({ length: vms }, () => {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    return new Int32Array(memory.buffer);
  });
  const figures = { together: { few: [], all: [] }, apart: { few: [], all: [] } };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [which, count] of [
      ["few", few],
      ["all", vms],
    ]) {
      for (let index = 0; index < count; index++) words[index][SYSTEM_TIME] = (index + 1) % count;
      figures.together[which].push(each(touchTogether, words, count));
      figures.apart[which].push(each(touchApart, words, count));
    }
  }
  const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  const medians = ({ few: ofFew, all }) => ({ few: median(ofFew), all: median(all) });
  return { together: medians(figures.together), apart: medians(figures.apart) };
}

/** Nanoseconds. */
function each(touch, words, count) {
  const rounds = Math.ceil(TOUCHES / count);
  touch(words, count, 1);
  const started = threadTime();
  touch(words, count, rounds);
  return (threadTime() - started) / (rounds * count);
}

function touchTogether(words, count, rounds) {
  const stack = words[0].length - STACK;
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < count; index++) words[index][stack] = words[index][SYSTEM_TIME];
  }
}

function touchApart(words, count, rounds) {
  const stack = words[0].length - STACK;
  let index = 0;
  for (let touched = 0; touched < count * rounds; touched++) {
    const memory = words[index];
    index = memory[SYSTEM_TIME];
    memory[stack] = index;
  }
}
