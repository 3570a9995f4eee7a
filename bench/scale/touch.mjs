/**
 * What a VM's slice cannot but do, without anything else: touch the page of registers and the stack's in the VM's memory, of few and
 * of many memories in turn. Each is a WebAssembly.Memory, 10 GiB away from the next, so that of ten thousand neither the pages
 * nor what their addresses are looked up in are in the CPU's caches.
 */

/** Where the register of the system time is. */
const SYSTEM_TIME = 0x118;

const PAGE = 64 * 1024;
const PAGES = 2;

/** Bytes from the end of the memory: where a stack is used. */
const STACK = 64;

const TOUCHES = 3_000_000;

export async function measure(_client, { vms, few }) {
  const views = Array.from({ length: vms }, () => {
    const { buffer } = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    return new DataView(buffer);
  });
  touch(views, views.length, 1);
  return { few: each(views, few), all: each(views, vms) };
}

/** Nanoseconds. */
function each(views, count) {
  const rounds = Math.ceil(TOUCHES / count);
  touch(views, count, Math.ceil(rounds / 10));
  const started = performance.now();
  touch(views, count, rounds);
  return ((performance.now() - started) * 1e6) / (rounds * count);
}

function touch(views, count, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < count; index++) {
      views[index].setUint32(SYSTEM_TIME, round, true);
      views[index].setUint32(PAGES * PAGE - STACK, round, true);
    }
  }
}
