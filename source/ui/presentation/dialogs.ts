/** What dialogs say. */

import type { MachineFigures, VmFigures } from "../../host/figures.js";
import { DEFAULT_TICKETS, type ImageSummary } from "../../kernel/index.js";
import { PANELS, type PanelId } from "../layout.js";
import { SPAWN_FIELDS, type SpawnForm, scrolled, type Target, type TicketsForm } from "../state.js";
import type { Sort } from "../vm-order.js";
import { fieldLine } from "./footer.js";
import { SETTING_HELP, SETTINGS, showSetting } from "./settings.js";
import { highlighted, type Line, muted, padEnd, sized, span, strong, wrapped } from "./span.js";
import { bytes } from "./units.js";
import { type ColumnId, columnOf, listedColumns, VM_TABLE_COLUMNS } from "./vm-columns.js";

const CURSOR = { background: "cursor", bold: true } as const;
/** Fields by name, and what counts where nothing was typed. */
const FIELDS = {
  count: { label: "How many", otherwise: "1" },
  arguments: { label: "Arguments", otherwise: "none" },
  name: { label: "Name", otherwise: "the image's" },
  tickets: { label: "Tickets", otherwise: String(DEFAULT_TICKETS) },
  engine: { label: "Engine", otherwise: "the machine's" },
} as const;

/** Cells of their labels. */
const LABEL = 11;

/** Lines that say what the chosen image does where there is room: all of it, which the list has no room for. */
const DESCRIPTION_LINES = 2;
/** The line between images and fields. */
const RULE = 1;

/** Lists the images around the chosen one and the fields below them. */
export function spawnLines({ images, chosen, focus, fields }: SpawnForm, width: number, height: number): Line[] {
  const above = height - SPAWN_FIELDS.length - RULE;
  // The chosen image and every field are seen on the smallest screen, too.
  const descriptionLines = Math.max(0, Math.min(DESCRIPTION_LINES, above - 1));
  const room = Math.max(1, above - descriptionLines);
  const list: Line[] =
    images === undefined
      ? [[muted("asking the kernel ...")]]
      : images.length === 0
        ? [[muted("There are no images; `npm run guests` builds them.")]]
        : imageLines(images, chosen, width, room);
  while (list.length < Math.min(room, images?.length ?? 1)) list.push([]);
  const description = wrapped(images?.[chosen]?.description ?? "", width);
  return [
    ...list,
    [span("─".repeat(width), "border")],
    ...Array.from({ length: descriptionLines }, (_, line): Line => [span(description[line] ?? "")]),
    ...SPAWN_FIELDS.map((field): Line => {
      const edited = field === focus;
      const label = padEnd(FIELDS[field].label, LABEL);
      const text =
        fields[field].text === "" && !edited
          ? [muted(FIELDS[field].otherwise)]
          : fieldLine(fields[field], edited, width - LABEL);
      return [edited ? strong(label, "accent") : muted(label), ...text];
    }),
  ];
}

function imageLines(images: readonly ImageSummary[], chosen: number, width: number, room: number): Line[] {
  const top = scrolled(Math.max(0, chosen - Math.floor(room / 2)), chosen, room, images.length);
  const nameWidth = Math.min(20, Math.max(...images.map(({ name }) => name.length)) + 1);
  return images.slice(top, top + room).map((image, index) => {
    const here = top + index === chosen;
    const line = sized(
      [
        span(here ? "▸ " : "  ", "accent"),
        strong(padEnd(image.name, nameWidth), "title"),
        muted(`${bytes(image.memorySize).padStart(6)}  `),
        span(image.description),
      ],
      width,
    );
    return here ? highlighted(line, CURSOR) : line;
  });
}

export interface Killing {
  readonly targets: readonly Target[];
  /** The first as it is now, for the last look. */
  readonly first: Pick<VmFigures, "image" | "state"> | undefined;
  /** Whether the supervisor is one of them. */
  readonly supervisor: boolean;
}

/** Asks by name. */
export function killLines({ targets, first: vm, supervisor }: Killing, room: number): Line[] {
  const [first] = targets;
  const loss =
    targets.length > 1
      ? "The supervisor is among them: nothing from outside reaches a VM then."
      : "Without the supervisor nothing from outside reaches a VM.";
  const warning: Line[] = supervisor ? [[span(loss, "bad")]] : [];
  if (targets.length === 1) {
    return [
      [
        span("Kill "),
        strong(first.name, "bad"),
        span("?"),
        muted(`  VM ${first.id}`),
        muted(vm ? `, ${vm.image}, ${vm.state}` : ", gone already"),
      ],
      [muted("It ends at once, with status 137. Its disks stay.")],
      ...warning,
    ];
  }
  return [
    [span("Kill these "), strong(`${targets.length} VMs`, "bad"), span("?")],
    // The question above them and the warning below.
    ...namedLines(targets, room - 2 - warning.length),
    [muted("They end at once, with status 137. Their disks stay.")],
    ...warning,
  ];
}

/** Asks, by name, about all that have ended. */
export function forgetLines(targets: readonly Target[], room: number): Line[] {
  const several = targets.length > 1;
  return [
    several
      ? [span("Forget all "), strong(`${targets.length} VMs`, "bad"), span(" that have ended?")]
      : [span("Forget the one VM that has ended?")],
    ...namedLines(targets, room - 2),
    [muted(`How ${several ? "they" : "it"} ended and what was printed is lost. Disks stay.`)],
  ];
}

export interface Ticketing {
  readonly targets: readonly Target[];
  /** What they hold now, as `100` or `50 to 300`. */
  readonly held: string;
  readonly form: TicketsForm;
  /** The policy that takes no notice of tickets, where one is in force. */
  readonly ignoredBy: string | undefined;
}

/** Asks for a number, with what it means. */
export function ticketLines({ targets, held, form, ignoredBy }: Ticketing, width: number, room: number): Line[] {
  const { field, untouched } = form;
  const [first] = targets;
  const several = targets.length > 1;
  const now = `   now ${held}`;
  const number =
    untouched && field.text !== ""
      ? [span(field.text, undefined, { inverse: true })]
      : fieldLine(field, true, width - LABEL - now.length);
  const below: Line[] = [
    [],
    [strong(padEnd("Tickets", LABEL), "accent"), ...number, muted(now)],
    [muted("Twice as many: twice the CPU time, by the lottery.")],
    ...(ignoredBy === undefined ? [] : [[span(`The policy, ${ignoredBy}, ignores them; o changes it.`, "warning")]]),
  ];
  return [
    [
      span("Lottery tickets of "),
      strong(several ? `${targets.length} VMs` : first.name, "title"),
      muted(several ? "" : `  VM ${first.id}`),
    ],
    ...(several ? namedLines(targets, room - 1 - below.length) : []),
    ...below,
  ];
}

/** VMs a line each; where not all have one, the last says how many more there are. */
function namedLines(targets: readonly Target[], lines: number): Line[] {
  const shown = targets.length <= lines ? targets : targets.slice(0, Math.max(1, lines - 1));
  return [
    ...shown.map(({ id, name }): Line => [span("  "), strong(name, "title"), muted(`  VM ${id}`)]),
    ...(shown.length < targets.length ? [[muted(`  and ${targets.length - shown.length} more`)]] : []),
  ];
}

export function sortLines(chosen: number, sort: Sort, width: number, height: number): Line[] {
  const top = scrolled(Math.max(0, chosen - Math.floor(height / 2)), chosen, height, VM_TABLE_COLUMNS.length);
  return VM_TABLE_COLUMNS.slice(top, top + height).map((column, index) => {
    const here = top + index === chosen;
    const mark = column.id === sort.column ? (sort.descending ? "▾ " : "▴ ") : "  ";
    const line = sized(
      [span(mark, "accent"), strong(padEnd(column.title, 12), "title"), muted(column.description)],
      width,
    );
    return here ? highlighted(line, CURSOR) : line;
  });
}

/** The columns that are chosen, in their order, then the others. */
export function columnLines(at: number, chosen: readonly ColumnId[], width: number, height: number): Line[] {
  const listed = listedColumns(chosen);
  const top = scrolled(Math.max(0, at - Math.floor(height / 2)), at, height, listed.length);
  return listed.slice(top, top + height).map((id, index) => {
    const { title, description } = columnOf(id);
    return choice(top + index === at, chosen.includes(id), padEnd(title, 12), description, width);
  });
}

export function panelLines(at: number, shown: readonly PanelId[], width: number): Line[] {
  return PANELS.map((panel, index) => choice(index === at, shown.includes(panel), panel, "", width));
}

function choice(here: boolean, on: boolean, name: string, description: string, width: number): Line {
  const box = on ? span("[x] ", "good") : muted("[ ] ");
  const line = sized([box, strong(name, on ? "title" : "muted"), muted(description)], width);
  return here ? highlighted(line, CURSOR) : line;
}

/** The settings with their values between arrows. */
export function tuneLines(at: number, machine: MachineFigures, policies: readonly string[], width: number): Line[] {
  return SETTINGS.map((name, index) => {
    const here = index === at;
    const value = padEnd(showSetting(name, machine, policies), 13);
    const line = sized(
      [
        strong(padEnd(name, 15), here ? "accent" : "title"),
        span(here ? "◂ " : "  ", "accent"),
        strong(value),
        span(here ? "▸ " : "  ", "accent"),
        muted(SETTING_HELP[name]),
      ],
      width,
    );
    return here ? highlighted(line, CURSOR) : line;
  });
}
