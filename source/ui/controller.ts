/**
 * Where keys become changes: looks up what a key means in the present mode and carries it out, on the state at once and on
 * the kernel through the {@link Operator}. Knows no React; the components draw what it leaves in the store.
 */

import type { KernelClient } from "../host/client.js";
import { Dashboard } from "./dashboard.js";
import { type Filter, filterProblem, parseFilter } from "./filter.js";
import type { Stretch } from "./history.js";
import { Inspector, type Wanted } from "./inspector.js";
import { INTENTS } from "./intents.js";
import { DEFAULT_KEYS, type KeyMap } from "./key-map.js";
import { FRAME_COLUMNS, type Layout, layout, type Size, shownPanels, TABLE_FRAME, VIEW_MARGIN } from "./layout.js";
import { dumpLines } from "./memory-search.js";
import { Messages } from "./messages.js";
import { Operator } from "./operator.js";
import { BYTES_A_LINE, MAP_CELLS } from "./params.js";
import { tourHeight } from "./presentation/tour.js";
import { Remembering } from "./remembering.js";
import { type Message, type MonitorState, scrolled } from "./state.js";
import { Store } from "./store.js";
import { Tour } from "./tour.js";
import { typeKey } from "./typing.js";

/** Forms in which the screen can be written to a file. */
export type ExportForm = "txt" | "svg";

export interface ControllerOptions {
  readonly client: KernelClient;
  readonly initial: Partial<MonitorState>;
  /** The terminal's size now. */
  readonly size: () => Size;
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly keys?: KeyMap;
  /** False where the terminal has no colours. */
  readonly colors?: boolean;
  /** Writes what is on the screen to a file; answers its name. */
  readonly exportScreen?: (monitor: Controller, form: ExportForm) => string;
}

export class Controller {
  readonly store: Store;
  readonly dashboard: Dashboard;
  readonly operator: Operator;
  readonly inspector: Inspector;
  readonly tour: Tour;
  readonly remembering: Remembering;
  readonly keys: KeyMap;
  readonly client: KernelClient;
  readonly size: () => Size;
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly #export: ControllerOptions["exportScreen"];
  readonly #colors: boolean;
  readonly #messages: Messages;
  /** Bytes that the open console's keyboard sent, waiting for the call before them. */
  typed: Promise<void> = Promise.resolve();
  /** The cursor's place. */
  #index = 0;
  #filter: Filter | undefined;
  #filterText = "";
  /** Tags, and the VMs there were, when tags were last dropped. */
  #pruned: { tagged: ReadonlySet<number>; rows: readonly number[] } | undefined;

  constructor(options: ControllerOptions) {
    this.client = options.client;
    this.size = options.size;
    this.quit = options.quit;
    this.suspend = options.suspend;
    this.#export = options.exportScreen;
    this.#colors = options.colors ?? true;
    this.keys = options.keys ?? DEFAULT_KEYS;
    this.store = new Store(options.initial);
    this.#messages = new Messages(this.store);
    this.dashboard = new Dashboard(options.client.panel, options.client.policies);
    this.tour = new Tour(this);
    this.remembering = new Remembering(this);
    this.inspector = new Inspector(options.client, () => this.store.changed());
    this.operator = new Operator(options.client, this.say);
    this.refresh();
  }

  get state(): MonitorState {
    return this.store.state;
  }

  /** Whether colours can say something: the terminal has them, and the look, too. */
  get hasColors(): boolean {
    return this.#colors && this.state.look !== "plain";
  }

  /** Whether traffic is being written to a file, since a key was pressed or the start. */
  get isCapturing(): boolean {
    return this.client.panel.get("capturing") === 1;
  }

  /** Takes one key. */
  key(name: string): void {
    const binding = this.keys.bindingOf(this.state.mode, name);
    if (binding) INTENTS[binding.intent](this);
    else typeKey(this, name);
  }

  /** Reads the panel and brings the table up to date. */
  refresh = (): void => {
    this.dashboard.take();
    this.tour.refresh();
    this.arrange();
    this.inspect();
    this.store.changed();
  };

  /** Asks the kernel for what is on the screen and not in the panel. Of the past nothing can be asked. */
  inspect(): void {
    if (!this.state.frozen) this.inspector.ask(this.#wanted(), this.dashboard.machine.time);
  }

  /**
   * Sorts and filters anew and keeps the cursor on its VM, or on its place when the VM is gone. The view of one VM stays with
   * that VM, whether or not it passes the filter or is still there.
   */
  arrange(): void {
    const { order } = this.dashboard;
    this.#dropTagsOfForgotten();
    this.dashboard.arrange(this.#currentFilter(), this.state.sort);
    const index = this.state.cursor === undefined ? -1 : order.indexOf(this.state.cursor);
    if (index < 0 && this.state.cursor !== undefined && this.state.view === "vm") return;
    this.#look(index >= 0 ? index : Math.min(this.#index, order.rows.length - 1));
  }

  /** Where everything goes on a terminal of a size. */
  layout(size: Size): Layout {
    return layout(size, this.state.panels, this.dashboard.sampler.rows().length, this.state.view, this.#reserved);
  }

  /** Places of VMs the table has room for. */
  get tableHeight(): number {
    return Math.max(0, this.layout(this.size()).table.height - TABLE_FRAME);
  }

  /** Puts the cursor on a place of the table. */
  moveTo(index: number): void {
    this.#look(Math.max(0, Math.min(index, this.dashboard.order.rows.length - 1)));
  }

  moveBy(places: number): void {
    const { cursor } = this.state;
    // Where the VM is gone whose view this is, the next one has its place.
    const isGone = cursor !== undefined && this.dashboard.order.indexOf(cursor) < 0;
    this.moveTo(this.#index + (isGone && places > 0 ? places - 1 : places));
  }

  /** The selected VM on the whole screen, or back from there. */
  zoom(): void {
    const { view, cameFrom, cursor } = this.state;
    if (cursor === undefined) return;
    this.store.dispatch({ type: "view", view: view === "vm" ? cameFrom : "vm" });
    this.arrange();
    this.inspect();
  }

  /** Why what the panel does not hold cannot be known, where it cannot. */
  get unknown(): string | undefined {
    if (!this.state.frozen) return undefined;
    return this.state.moment === undefined
      ? "registers and memory are not read while the display is frozen"
      : "of the past, registers and memory are not kept";
  }

  /** The stretch of time that graphs show. */
  get stretch(): Stretch {
    const { moment, timeBase } = this.state;
    return { until: moment ?? this.dashboard.machine.time, seconds: timeBase };
  }

  /** Lines and columns of the view's frame, inside its borders. */
  get viewSize(): Size {
    const { columns, rows } = this.size();
    return { columns: columns - FRAME_COLUMNS, rows: rows - VIEW_MARGIN - this.#reserved };
  }

  /** Lines that the tour has. */
  get #reserved(): number {
    return this.state.tour ? tourHeight(this.size().columns) : 0;
  }

  /** Tags are for commands, and nobody can command what is no longer there. */
  #dropTagsOfForgotten(): void {
    const { tagged } = this.state;
    const { presentRows } = this.dashboard;
    if (this.#pruned?.tagged === tagged && this.#pruned.rows === presentRows) return;
    const ids = [...tagged].filter((id) => this.dashboard.isThere(id));
    if (ids.length < tagged.size) this.store.dispatch({ type: "tags", ids });
    this.#pruned = { tagged: this.state.tagged, rows: presentRows };
  }

  exportScreen(form: ExportForm): void {
    this.operator.attempt(() => this.inform(`wrote ${this.#export?.(this, form)}`));
  }

  /** Answers what somebody asked for. */
  say = (message: Message): void => this.#messages.answer(message);

  /** What nobody asked for. */
  announce(message: Message): void {
    this.#messages.announce(message);
  }

  inform(text: string): void {
    this.say({ severity: "information", text });
  }

  #look(index: number): void {
    const { order } = this.dashboard;
    const top = scrolled(this.state.top, index, this.tableHeight, order.rows.length);
    this.#index = Math.max(0, index);
    const cursor = order.idAt(index);
    const moved = cursor !== this.state.cursor;
    this.store.dispatch({ type: "look", cursor, top });
    if (moved) this.inspect();
  }

  #wanted(): Wanted {
    const { view, panels, cursor, vmPage, memory } = this.state;
    const shown = view === "fleet" ? shownPanels(panels, this.size()) : [];
    const machine = view === "scheduler" || view === "swap" || view === "network";
    const looksIn = view === "vm" || view === "interrupts" || shown.includes("vm") || shown.includes("interrupts");
    return {
      ...(looksIn ? { vm: cursor } : {}),
      ...(machine ? { machineCells: MAP_CELLS } : {}),
      ...(view === "network" ? { uplink: true } : {}),
      ...(view === "vm" && vmPage === "memory"
        ? { memory: { address: memory.address, length: dumpLines(this) * BYTES_A_LINE } }
        : {}),
    };
  }

  /** The filter for what was typed; while that makes no sense, which the last line says, the last one that did. */
  #currentFilter(): Filter | undefined {
    const { text } = this.state.filter;
    if (text === this.#filterText) return this.#filter;
    this.#filterText = text;
    if (filterProblem(text) === undefined) this.#filter = parseFilter(text);
    return this.#filter;
  }
}
