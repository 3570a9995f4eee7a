/** Writes what is on the screen to a file: drawn once more, by the same components, and kept as text or as a picture. */

import { writeFileSync } from "node:fs";
import { Box, renderToString } from "ink";
import { hostReason } from "../../host/reasons.js";
import { UserError } from "../../kernel/index.js";
import { Screen } from "../app.js";
import type { Controller, ExportForm } from "../controller.js";
import { type Theme, ThemeContext } from "../theme.js";
import { cellsOf } from "./cells.js";
import { stamp } from "./stamp.js";
import { svgOf } from "./svg.js";

/**
 * @param now the name's time
 * @returns the file's name, in the folder that the monitor was started in
 * @throws UserError when it cannot be written
 */
export function writeScreen(monitor: Controller, form: ExportForm, theme: Theme, now = new Date()): string {
  const { columns, rows } = monitor.size();
  const painted = renderToString(
    <ThemeContext value={theme}>
      <Box width={columns} height={rows} flexDirection="column">
        <Screen monitor={monitor} places={monitor.layout({ columns, rows })} />
      </Box>
    </ThemeContext>,
    { columns },
  );
  const lines = painted.split("\n").map(cellsOf);
  const text = () =>
    `${lines
      .map((line) =>
        line
          .map((run) => run.text)
          .join("")
          .trimEnd(),
      )
      .join("\n")}\n`;
  const path = `denali-${stamp(now)}.${form}`;
  try {
    writeFileSync(path, form === "svg" ? svgOf(lines, columns, rows, theme.look) : text(), { flag: "wx" });
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${hostReason(error)}`);
  }
  return path;
}
