/** The screen, from top to bottom. */

import { Box, type SuspendTerminal, useApp, useWindowSize } from "ink";
import { type ReactNode, useEffect, useMemo } from "react";
import { ConsoleView } from "./components/console-view.js";
import { DialogView } from "./components/dialog-view.js";
import { HelpView } from "./components/help-view.js";
import { Lines } from "./components/lines.js";
import { PanelView } from "./components/panel-view.js";
import { TableView } from "./components/table-view.js";
import { TourView } from "./components/tour-view.js";
import { ViewFrame } from "./components/view-frame.js";
import type { Controller } from "./controller.js";
import { useKeys } from "./hooks/use-keys.js";
import { useMonitor } from "./hooks/use-monitor.js";
import { useNotices, useRefresh } from "./hooks/use-refresh.js";
import type { Layout } from "./layout.js";
import { MINIMUM_COLUMNS, MINIMUM_ROWS } from "./params.js";
import { footer } from "./presentation/footer.js";
import { header } from "./presentation/header.js";
import { muted } from "./presentation/span.js";
import { tourHeight } from "./presentation/tour.js";
import { type Depth, ThemeContext } from "./theme.js";

export interface AppProps {
  readonly monitor: Controller;
  /** Colours that the terminal has. */
  readonly depth: Depth;
  readonly ascii: boolean;
  /** Takes Ink's way of handing the terminal over. */
  readonly onSuspender?: (suspendTerminal: SuspendTerminal) => void;
}

export function App({ monitor, depth, ascii, onSuspender }: AppProps): ReactNode {
  const size = useWindowSize();
  const { suspendTerminal } = useApp();
  useEffect(() => onSuspender?.(suspendTerminal), [onSuspender, suspendTerminal]);
  useMonitor(monitor);
  useKeys(monitor);
  useRefresh(monitor, monitor.state.interval);
  useNotices(monitor);
  const places = monitor.layout(size);
  const { look } = monitor.state;
  const theme = useMemo(() => ({ depth, ascii, look }), [depth, ascii, look]);
  return (
    <ThemeContext value={theme}>
      <Box width="100%" height={size.rows} flexDirection="column">
        {places.tooSmall ? <TooSmall {...size} /> : <Screen monitor={monitor} places={places} />}
      </Box>
    </ThemeContext>
  );
}

export function Screen({ monitor, places }: { monitor: Controller; places: Layout }): ReactNode {
  const { state } = monitor;
  const { header: top, footer: bottom } = places;
  const body = { left: 0, top: top.height, width: top.width, height: bottom.top - top.height };
  // What is read to its end, or typed into, stands above the tour's strip.
  const above = state.tour ? { ...body, height: body.height - tourHeight(body.width) } : body;
  return (
    <>
      <Lines {...top} lines={header(headerFigures(monitor), top.width)} />
      {state.mode === "help" ? (
        <HelpView offset={state.offset} area={above} keys={monitor.keys} />
      ) : state.mode === "console" && state.console ? (
        <ConsoleView monitor={monitor} target={state.console} area={above} />
      ) : places.view ? (
        <ViewFrame monitor={monitor} area={places.view} />
      ) : (
        <Overview monitor={monitor} places={places} />
      )}
      <Lines
        {...bottom}
        lines={[footer({ ...state, recorded: monitor.client.playback !== undefined }, bottom.width, monitor.keys)]}
      />
      {state.tour && <TourView tour={state.tour} body={body} />}
      <DialogView monitor={monitor} body={body} />
    </>
  );
}

/** The fleet: the table and the panels. */
function Overview({ monitor, places: { table, panels } }: { monitor: Controller; places: Layout }): ReactNode {
  const { state, dashboard, inspector, stretch } = monitor;
  const inspection = state.frozen ? undefined : inspector.vm(state.cursor);
  const inspected = {
    vm: dashboard.vm(state.cursor),
    inspection,
    before: inspection && inspector.before,
    unknown: monitor.unknown ?? inspector.refusal(state.cursor),
  };
  return (
    <>
      {table.height > 0 && <TableView monitor={monitor} area={table} />}
      {panels.map((placed) => (
        <PanelView key={placed.id} placed={placed} dashboard={dashboard} inspected={inspected} stretch={stretch} />
      ))}
    </>
  );
}

function headerFigures({ state, dashboard, client, isCapturing }: Controller) {
  const { machine, order } = dashboard;
  return {
    machine,
    quantum: state.wanted.quantum ?? machine.quantum,
    policy: client.policies[state.wanted.policy ?? machine.policy] ?? "",
    interval: state.interval,
    capturing: isCapturing,
    frozen: state.frozen,
    moment: state.moment,
    playback: client.playback,
    filtered: state.filter.text === "" ? undefined : order.rows.length,
  };
}

function TooSmall({ columns, rows }: { columns: number; rows: number }): ReactNode {
  const text = `The monitor needs ${MINIMUM_COLUMNS}x${MINIMUM_ROWS}; this terminal is ${columns}x${rows}.`;
  return (
    <Lines
      left={0}
      top={0}
      width={columns}
      height={rows}
      lines={[[muted(text)], [muted("Make it larger, or press q.")]]}
    />
  );
}
