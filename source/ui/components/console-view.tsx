/** A guest's console, over the whole body of the screen. What is typed goes to the guest. */

import type { ReactNode } from "react";
import type { Controller } from "../controller.js";
import { useConsole, useFolded, useScrolledBack } from "../hooks/use-console.js";
import { FRAME_COLUMNS, FRAME_ROWS, type Rectangle } from "../layout.js";
import { type Line, muted, span, strong } from "../presentation/span.js";
import { stateText } from "../presentation/states.js";
import type { Target } from "../state.js";
import { Frame } from "./frame.js";

export interface ConsoleViewProps {
  readonly monitor: Controller;
  readonly target: Target;
  readonly area: Rectangle;
}

export function ConsoleView({ monitor, target, area }: ConsoleViewProps): ReactNode {
  const { lines, dropped, ended } = useConsole(monitor, target.id);
  const width = area.width - FRAME_COLUMNS;
  const height = area.height - FRAME_ROWS;
  // One cell stays free behind the last line, for the cursor.
  const rows = useFolded(lines, width - 1);
  const offset = useScrolledBack(monitor, rows, dropped, height);
  const wrapped = rows.flat();
  const last = wrapped.length - offset;
  const vm = monitor.dashboard.now(target.id);
  return (
    <Frame
      {...area}
      active
      title={[strong(`Console of ${target.name}`, "accent"), muted(`  VM ${target.id}`)]}
      note={[
        ...(offset > 0 ? [span(`${offset} lines below  `, "warning")] : []),
        vm ? span(stateText(vm.state), vm.state) : muted(ended ? "ended" : "gone"),
      ]}
      lines={wrapped
        .slice(Math.max(0, last - height), last)
        .map(
          (text, index, all): Line => [
            span(text),
            ...(offset === 0 && !ended && index === all.length - 1 ? [span(" ", undefined, { inverse: true })] : []),
          ],
        )}
    />
  );
}
