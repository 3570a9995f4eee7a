/**
 * One row of the screen, put together of the painted lines that are written on it, later ones over earlier ones: what Ink does
 * with an object for each cell, done with two numbers. Only for simple text (simple-text.ts) with SGR sequences, which is all
 * that this program paints with; what a sequence does to those before it is asked of ansi-tokenize once and remembered.
 */

import { type AnsiCode, ansiCodesToString, diffAnsiCodes, reduceAnsiCodes, tokenize } from "@alcalzone/ansi-tokenize";
import { PENS_KEPT } from "./params.js";
import { isSimpleUnit } from "./simple-text.js";

/** A painted line and the cell that it begins at. */
export interface Writing {
  readonly x: number;
  readonly painted: string;
}

/** A style that cells have. There is one for each style, so that equal ones are the same. */
interface Pen {
  readonly number: number;
  readonly codes: readonly AnsiCode[];
  /** What it is after a control sequence. */
  readonly after: Map<string, Pen>;
  /** The control sequences that lead to another pen, by its number. */
  readonly to: Map<number, string>;
}

const ESCAPE = 0x1b;
const SPACE = 0x20;
/** An SGR sequence, from where it begins. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it is about
const SGR = /\u001b\[[\d;]*m/y;

let pens: Pen[] = [];
let pensByCodes = new Map<string, Pen>();
forgetPens();

/** Cells of the row that is put together: UTF-16 units and numbers of pens. */
let units = new Uint16Array(0);
let penNumbers = new Uint16Array(0);

/** The row as text, without blanks at its end; undefined where something on it is not simple or does not fit. */
export function composedRow(writings: readonly Writing[], width: number): string | undefined {
  if (pens.length > PENS_KEPT) forgetPens();
  if (units.length < width) [units, penNumbers] = [new Uint16Array(width), new Uint16Array(width)];
  units.fill(SPACE, 0, width);
  penNumbers.fill(0, 0, width);
  for (const writing of writings) if (!write(writing, width)) return undefined;
  return text(width);
}

/** Answers false where it cannot be written cell by cell. */
function write({ x, painted }: Writing, width: number): boolean {
  let pen = pens[0];
  let cell = x;
  if (x < 0) return false;
  for (let index = 0; index < painted.length; index++) {
    const unit = painted.charCodeAt(index);
    if (unit === ESCAPE) {
      SGR.lastIndex = index;
      const sequence = SGR.exec(painted)?.[0];
      if (sequence === undefined) return false;
      pen = penAfter(pen, sequence);
      index += sequence.length - 1;
      continue;
    }
    if (cell >= width || !isSimpleUnit(unit)) return false;
    units[cell] = unit;
    penNumbers[cell++] = pen.number;
  }
  return true;
}

/** The cells, a run of one pen at a time. */
function text(width: number): string {
  let row = ansiCodesToString([...pens[penNumbers[0]].codes]);
  for (let from = 0; from < width; ) {
    const number = penNumbers[from];
    let to = from + 1;
    while (to < width && penNumbers[to] === number) to++;
    row += String.fromCharCode.apply(null, units.subarray(from, to) as unknown as number[]);
    row += change(pens[number], pens[to < width ? penNumbers[to] : 0]);
    from = to;
  }
  return row.trimEnd();
}

function penAfter(pen: Pen, sequence: string): Pen {
  let next = pen.after.get(sequence);
  if (!next) {
    const added = tokenize(sequence).filter((token): token is Extract<typeof token, AnsiCode> => token.type === "ansi");
    next = penOf(reduceAnsiCodes([...pen.codes, ...added]));
    pen.after.set(sequence, next);
  }
  return next;
}

function change(from: Pen, to: Pen): string {
  if (from === to) return "";
  let sequences = from.to.get(to.number);
  if (sequences === undefined) {
    sequences = ansiCodesToString(diffAnsiCodes([...from.codes], [...to.codes]));
    from.to.set(to.number, sequences);
  }
  return sequences;
}

function penOf(codes: readonly AnsiCode[]): Pen {
  const key = codes.map(({ code, endCode }) => code + endCode).join();
  let pen = pensByCodes.get(key);
  if (!pen) {
    pen = { number: pens.length, codes, after: new Map(), to: new Map() };
    pens.push(pen);
    pensByCodes.set(key, pen);
  }
  return pen;
}

/** Leaves the pen that does nothing, whose number is 0. */
function forgetPens(): void {
  pens = [];
  pensByCodes = new Map();
  penOf([]);
}
