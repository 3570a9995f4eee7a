/** The spawn dialog's behaviour: from the images in the store to a `VmSpec`. */

import { ENGINE_NAMES, type EngineName, MAXIMUM_TICKETS, UserError, type VmSpec } from "../kernel/index.js";
import type { Controller } from "./controller.js";
import { messageOf } from "./operator.js";
import { MAXIMUM_SPAWN } from "./params.js";
import { NEW_SPAWN, SPAWN_FIELDS, type SpawnField, type SpawnForm } from "./state.js";

/** More places than there are images. */
const MANY = Number.MAX_SAFE_INTEGER;

/** Says, where a recording is shown, that nothing in it can be changed, before anything is asked. @returns whether one is */
export function refusesRecording(monitor: Controller): boolean {
  const { playback } = monitor.client;
  if (playback) monitor.inform(playback.refusal);
  return playback !== undefined;
}

/** Opens the dialog; the images arrive when the kernel answers. The image chosen last time is chosen again. */
export function openSpawn(monitor: Controller): void {
  const { store, operator, client, state } = monitor;
  if (refusesRecording(monitor)) return;
  const { chosen, images } = state.spawn;
  store.dispatch({ type: "spawnForm", change: { ...NEW_SPAWN, chosen, images } });
  store.dispatch({ type: "mode", mode: "spawn" });
  operator.ask(async () => {
    store.dispatch({ type: "images", images: await client.images() });
    return undefined;
  });
}

export function moveSpawnFocus({ store, state }: Controller, direction: 1 | -1): void {
  const place = SPAWN_FIELDS.indexOf(state.spawn.focus) + direction + SPAWN_FIELDS.length;
  store.dispatch({ type: "spawnForm", change: { focus: SPAWN_FIELDS[place % SPAWN_FIELDS.length] } });
}

export function moveSpawnChoice({ store, state }: Controller, places: number): void {
  const last = (state.spawn.images?.length ?? 1) - 1;
  store.dispatch({ type: "spawnForm", change: { chosen: Math.max(0, Math.min(last, state.spawn.chosen + places)) } });
}

/** Goes to the first or the last image, or to the next whose name begins with a letter. @returns whether the key means that */
export function chooseByKey(monitor: Controller, key: string): boolean {
  if (key === "home" || key === "end") moveSpawnChoice(monitor, key === "home" ? -MANY : MANY);
  else if (/^[a-z]$/i.test(key)) chooseByLetter(monitor, key);
  else return false;
  return true;
}

function chooseByLetter({ store, state }: Controller, letter: string): void {
  const { images = [], chosen } = state.spawn;
  const begins = (place: number) => images[place % images.length].name.toLowerCase().startsWith(letter.toLowerCase());
  for (let place = chosen + 1; place <= chosen + images.length; place++) {
    if (!begins(place)) continue;
    store.dispatch({ type: "spawnForm", change: { chosen: place % images.length } });
    return;
  }
}

/** Sends what the form says; keeps the dialog open when that makes no sense. */
export function acceptSpawn(monitor: Controller): void {
  const { store, state, operator } = monitor;
  try {
    const spec = specOf(state.spawn);
    operator.spawn(spec, monitor.refresh);
    store.dispatch({ type: "mode", mode: "table" });
    monitor.inform(`spawning ${spec.count} of ${spec.image} ...`);
  } catch (error) {
    if (error instanceof FieldError) store.dispatch({ type: "spawnForm", change: { focus: error.field } });
    monitor.say(messageOf(error));
  }
}

/** What a field says makes no sense. */
class FieldError extends UserError {
  constructor(
    readonly field: SpawnField,
    message: string,
  ) {
    super(message);
  }
}

/** What a filled form asks for. Throws a `UserError`. */
export function specOf({ images, chosen, fields }: SpawnForm): VmSpec {
  const image = images?.[chosen];
  if (!image) throw new UserError("there is no image to spawn; `npm run guests` builds them");
  const count = numberIn("count", fields.count.text.trim() || "1", MAXIMUM_SPAWN, "VMs");
  const name = fields.name.text.trim();
  const tickets = fields.tickets.text.trim();
  const engine = fields.engine.text.trim();
  return {
    image: image.name,
    count,
    arguments: wordsOf(fields.arguments.text),
    ...(name ? { name } : {}),
    ...(tickets ? { tickets: numberIn("tickets", tickets, MAXIMUM_TICKETS, "lottery tickets") } : {}),
    ...(engine ? { engine: engineNamed(engine) } : {}),
  };
}

function engineNamed(text: string): EngineName {
  const name = ENGINE_NAMES.find((known) => known === text.toLowerCase());
  if (!name) throw new FieldError("engine", `"${text}" is not an engine; use ${ENGINE_NAMES.join(" or ")}`);
  return name;
}

function numberIn(field: SpawnField, text: string, most: number, what: string): number {
  const problem = numberProblem(text, most, what);
  if (problem !== undefined) throw new FieldError(field, problem);
  return Number(text);
}

/** Why what was typed is no number from 1 to `most`; undefined where it is one. */
export function numberProblem(text: string, most: number, what: string): string | undefined {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return undefined;
  return `"${text}" is not a number of ${what} from 1 to ${most}`;
}

/** A word, or several that quotes keep together. */
const WORD = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;

/** The words of a line, as a shell takes them apart. Throws a `UserError` for a quote that is not closed. */
function wordsOf(line: string): string[] {
  if (line.replace(WORD, "").trim() !== "")
    throw new FieldError("arguments", "a quote among the arguments is not closed");
  return Array.from(line.matchAll(WORD), ([word]) =>
    word.replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double: string | undefined, single: string | undefined) => double ?? single ?? "",
    ),
  );
}
