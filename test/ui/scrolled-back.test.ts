/** A console that is scrolled back while its guest prints, where a key comes between drawing that and counting it. */

import { PassThrough } from "node:stream";
import { type Instance, render, Text } from "ink";
import { createElement, type ReactNode, useLayoutEffect } from "react";
import { afterEach, expect, it } from "vitest";
import { Controller } from "../../source/ui/controller.js";
import { useScrolledBack } from "../../source/ui/hooks/use-console.js";
import type { Action } from "../../source/ui/state.js";
import { FakeClient } from "./fake-client.js";

const HEIGHT = 10;

interface ProbeProps {
  readonly monitor: Controller;
  /** Lines that the guest has printed. */
  readonly lines: number;
  /** What a key does that comes when these have been drawn. */
  readonly pressed?: Action;
}

function Probe({ monitor, lines, pressed }: ProbeProps): ReactNode {
  const rows = Array.from({ length: lines }, (_, line) => [`line ${line}`]);
  const offset = useScrolledBack(monitor, rows, 0, HEIGHT);
  // Runs when all is drawn, before what is to follow at some time.
  useLayoutEffect(() => {
    if (pressed) monitor.store.dispatch(pressed);
  }, [monitor, pressed]);
  return createElement(Text, null, String(offset));
}

let shown: Instance;
afterEach(() => shown.unmount());

it.each([
  ["counts what came below to where a page key went", { type: "offset", offset: 30 }, 37],
  ["stays at the end that a key went to", { type: "offset", offset: 0 }, 0],
  ["scrolls nothing else once it was left", { type: "mode", mode: "sort", offset: 3 }, 3],
] as const)("%s", async (_, pressed, offset) => {
  const monitor = new Controller({
    client: FakeClient.fleet(),
    initial: { mode: "console", offset: 20 },
    size: () => ({ columns: 80, rows: 24 }),
    quit: () => {},
    suspend: () => {},
  });
  const stdout = new PassThrough() as unknown as NodeJS.WriteStream;
  const draw = async (props: Partial<ProbeProps> & { lines: number }) => {
    const probe = createElement(Probe, { monitor, ...props });
    if (props.pressed) shown.rerender(probe);
    else shown = render(probe, { stdout, patchConsole: false, exitOnCtrlC: false });
    await shown.waitUntilRenderFlush();
    await new Promise(setImmediate);
  };
  await draw({ lines: 100 });
  expect(monitor.state.offset).toBe(20);
  await draw({ lines: 107, pressed });
  expect(monitor.state.offset).toBe(offset);
});
