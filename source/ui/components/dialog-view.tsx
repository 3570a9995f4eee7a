/** The dialog of the present mode, over the middle of the screen. */

import type { ReactNode } from "react";
import type { Controller } from "../controller.js";
import { hintsOf, type Mode } from "../key-bindings.js";
import type { Rectangle } from "../layout.js";
import { killLines, sortLines, spawnLines } from "../presentation/dialogs.js";
import { type Line, muted, span, strong } from "../presentation/span.js";
import { VM_TABLE_COLUMNS } from "../presentation/vm-columns.js";
import { FRAME_COLUMNS, FRAME_ROWS, Frame } from "./frame.js";

export function DialogView({ monitor, body }: { monitor: Controller; body: Rectangle }): ReactNode {
  const { state, dashboard } = monitor;
  switch (state.mode) {
    case "spawn": {
      const area = centred(body, 84, Math.max(12, (state.spawn.images?.length ?? 4) + 9));
      return (
        <Dialog
          mode="spawn"
          title="Spawn"
          area={area}
          draw={(width, height) => spawnLines(state.spawn, width, height)}
        />
      );
    }
    case "kill": {
      const vms = state.killing.slice(0, 1).map(({ id }) => dashboard.vm(id));
      const area = centred(body, 64, Math.min(16, state.killing.length + 7));
      return (
        <Dialog
          mode="kill"
          title="Kill"
          area={area}
          draw={(_, height) => [[], ...killLines(state.killing, vms, height - 3)]}
        />
      );
    }
    case "sort": {
      const area = centred(body, 72, VM_TABLE_COLUMNS.length + 4);
      return (
        <Dialog
          mode="sort"
          title="Sort by"
          area={area}
          draw={(width, height) => sortLines(state.offset, state.sort, width, height)}
        />
      );
    }
    default:
      return null;
  }
}

interface DialogProps {
  readonly mode: Mode;
  readonly title: string;
  readonly area: Rectangle;
  readonly draw: (width: number, height: number) => Line[];
}

/** A frame whose last line says which keys mean something in it. */
function Dialog({ mode, title, area, draw }: DialogProps): ReactNode {
  const width = area.width - FRAME_COLUMNS;
  const height = area.height - FRAME_ROWS;
  const lines = draw(width, height - 2).slice(0, height - 2);
  while (lines.length < height - 1) lines.push([]);
  const keys = hintsOf(mode).flatMap(
    ({ label, hint }, index): Line => [...(index > 0 ? [span("   ")] : []), strong(label, "key"), muted(` ${hint}`)],
  );
  return <Frame {...area} active opaque title={[strong(title, "accent")]} lines={[...lines, keys]} />;
}

/** A rectangle in the middle of another, a little smaller at most. */
function centred(area: Rectangle, width: number, height: number): Rectangle {
  const fitted = { width: Math.min(width, area.width - 4), height: Math.min(height, area.height) };
  return {
    ...fitted,
    left: area.left + Math.floor((area.width - fitted.width) / 2),
    top: area.top + Math.floor((area.height - fitted.height) / 2),
  };
}
