/** The devices of a VM as a small table. Ink remembers every text it lays out, so this suits what seldom changes. */

import { Box, Text } from "ink";
import { Table } from "ink-table";
import type { PropsWithChildren, ReactNode } from "react";
import type { VmInspection } from "../../kernel/index.js";
import { deviceRows } from "../presentation/devices.js";
import { colorCode, type Theme, type Tone, useTheme } from "../theme.js";

export interface DeviceTableProps {
  readonly inspection: VmInspection;
  readonly left: number;
  readonly top: number;
  /** Lines there is room for. */
  readonly height: number;
}

/** Lines of the table besides its rows, and of each row with the rule above it. */
const FRAME = 3;
const ROW = 2;

export function DeviceTable({ inspection, left, top, height }: DeviceTableProps): ReactNode {
  const theme = useTheme();
  const rows = deviceRows(inspection).slice(0, Math.max(0, Math.floor((height - FRAME) / ROW)));
  // ink-table draws its frame itself, and knows no ASCII.
  if (rows.length === 0 || theme.ascii) return null;
  return (
    <Box position="absolute" marginLeft={left} marginTop={top}>
      <Table
        data={rows}
        header={toned("accent", theme)}
        cell={toned("title", theme)}
        skeleton={toned("border", theme)}
      />
    </Box>
  );
}

function toned(tone: Tone, theme: Theme): (props: PropsWithChildren) => React.JSX.Element {
  const code = colorCode(theme, tone, "text");
  const color = code?.startsWith("38;5;") ? { color: `ansi256(${code.slice(5)})` } : {};
  return ({ children }) => <Text {...color}>{children}</Text>;
}
