/** The dialog of the present mode, over the middle of the screen. */

import type { ReactNode } from "react";
import type { MachineFigures } from "../../host/figures.js";
import { chosenColumns } from "../choices.js";
import type { Controller } from "../controller.js";
import type { Mode } from "../key-bindings.js";
import type { KeyMap } from "../key-map.js";
import { FRAME_COLUMNS, FRAME_ROWS, PANELS, type Rectangle, shownPanels } from "../layout.js";
import {
  columnLines,
  forgetLines,
  killLines,
  panelLines,
  sortLines,
  spawnLines,
  ticketLines,
  tuneLines,
} from "../presentation/dialogs.js";
import { SETTINGS } from "../presentation/settings.js";
import { type Line, muted, span, strong } from "../presentation/span.js";
import { VM_TABLE_COLUMNS } from "../presentation/vm-columns.js";
import { heldBy, policyIgnoringTickets } from "../tickets.js";
import { Frame } from "./frame.js";

export function DialogView({ monitor, body }: { monitor: Controller; body: Rectangle }): ReactNode {
  const { state, dashboard, keys, client } = monitor;
  switch (state.mode) {
    case "spawn": {
      const area = centred(body, 84, Math.max(15, (state.spawn.images?.length ?? 4) + 12));
      return (
        <Dialog
          mode="spawn"
          title="Spawn"
          area={area}
          keys={keys}
          draw={(width, height) => spawnLines(state.spawn, width, height)}
        />
      );
    }
    case "kill": {
      const [target] = state.asked;
      const supervisor = dashboard.supervisor?.id;
      const killing = {
        targets: state.asked,
        first: dashboard.now(target.id),
        supervisor: state.asked.some(({ id }) => id === supervisor),
      };
      const area = centred(body, 76, Math.min(16, state.asked.length + 8));
      return (
        <Dialog
          mode="kill"
          title="Kill"
          area={area}
          keys={keys}
          draw={(_, height) => [[], ...killLines(killing, height - 1)]}
        />
      );
    }
    case "forget": {
      const area = centred(body, 76, Math.min(16, state.asked.length + 7));
      return (
        <Dialog
          mode="forget"
          title="Forget"
          area={area}
          keys={keys}
          draw={(_, height) => [[], ...forgetLines(state.asked, height - 1)]}
        />
      );
    }
    case "tickets": {
      const ticketing = {
        targets: state.asked,
        held: heldBy(dashboard, state.asked),
        form: state.tickets,
        ignoredBy: policyIgnoringTickets(monitor),
      };
      const named = state.asked.length > 1 ? state.asked.length : 0;
      const area = centred(body, 76, Math.min(16, named + 10));
      return (
        <Dialog
          mode="tickets"
          title="Tickets"
          area={area}
          keys={keys}
          draw={(width, height) => [[], ...ticketLines(ticketing, width, height - 1)]}
        />
      );
    }
    case "sort": {
      const area = centred(body, 72, VM_TABLE_COLUMNS.length + 4);
      return (
        <Dialog
          mode="sort"
          title={`Sort by${placeIn(VM_TABLE_COLUMNS.length, state.offset, area)}`}
          area={area}
          keys={keys}
          draw={(width, height) => sortLines(state.offset, state.sort, width, height)}
        />
      );
    }
    case "columns": {
      const area = centred(body, 72, VM_TABLE_COLUMNS.length + 4);
      const chosen = chosenColumns(monitor);
      return (
        <Dialog
          mode="columns"
          title={`Columns${state.columns ? "" : ": automatic, by what fits"}${placeIn(VM_TABLE_COLUMNS.length, state.offset, area)}`}
          area={area}
          keys={keys}
          draw={(width, height) => columnLines(state.offset, chosen, width, height)}
        />
      );
    }
    case "panels":
      return (
        <Dialog
          mode="panels"
          title="Panels"
          area={centred(body, 50, PANELS.length + 4)}
          keys={keys}
          draw={(width) => panelLines(state.offset, shownPanels(state.panels, monitor.size()), width)}
        />
      );
    case "tune":
      return (
        <Dialog
          mode="tune"
          title="Tune the machine"
          area={lower(body, 92, SETTINGS.length + 4)}
          keys={keys}
          draw={(width) => tuneLines(state.offset, tuned(monitor), client.policies, width)}
        />
      );
    default:
      return null;
  }
}

/** What is asked for counts as being so, until the kernel says otherwise. */
function tuned({ dashboard: { present }, state: { wanted } }: Controller): MachineFigures {
  return { ...present, ...wanted };
}

/** `, 17 of 29` where a list does not fit. */
function placeIn(length: number, place: number, { height }: Rectangle): string {
  return length > height - LIST_MARGIN ? `, ${Math.min(place, length - 1) + 1} of ${length}` : "";
}

/** Lines of a dialog that no list has: its frame, its keys and what is above them. */
const LIST_MARGIN = FRAME_ROWS + 2;

interface DialogProps {
  readonly mode: Mode;
  readonly title: string;
  readonly area: Rectangle;
  readonly keys: KeyMap;
  readonly draw: (width: number, height: number) => Line[];
}

/** A frame whose last line says which keys mean something in it. */
function Dialog({ mode, title, area, keys: map, draw }: DialogProps): ReactNode {
  const width = area.width - FRAME_COLUMNS;
  const height = area.height - FRAME_ROWS;
  const lines = draw(width, height - 2).slice(0, height - 2);
  while (lines.length < height - 1) lines.push([]);
  const keys = map
    .hintsOf(mode)
    .flatMap(
      ({ label, hint }, index): Line => [...(index > 0 ? [span("   ")] : []), strong(label, "key"), muted(` ${hint}`)],
    );
  return <Frame {...area} active opaque title={[strong(title, "accent")]} lines={[...lines, keys]} />;
}

/** A rectangle at the lower edge of another, so that the graphs above it stay in sight. */
function lower(area: Rectangle, width: number, height: number): Rectangle {
  const middle = centred(area, width, height);
  return { ...middle, top: area.top + area.height - middle.height };
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
