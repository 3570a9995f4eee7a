/** Reads a painted line back: runs of one style, from the control sequences that paint.ts writes (SGR). */

/** Text of one style; colours as numbers of the 256-colour palette, or `r;g;b`. */
export interface Run {
  readonly text: string;
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what it splits at
const SEQUENCE = /\u001b\[([\d;]*)m/g;

export function cellsOf(painted: string): Run[] {
  const runs: Run[] = [];
  let style: Omit<Run, "text"> = {};
  let at = 0;
  for (const match of painted.matchAll(SEQUENCE)) {
    if (match.index > at) runs.push({ ...style, text: painted.slice(at, match.index) });
    style = restyled(style, match[1]);
    at = match.index + match[0].length;
  }
  if (at < painted.length) runs.push({ ...style, text: painted.slice(at) });
  return runs;
}

function restyled(style: Omit<Run, "text">, parameters: string): Omit<Run, "text"> {
  const codes = parameters === "" ? [0] : parameters.split(";").map(Number);
  let next = { ...style };
  for (let place = 0; place < codes.length; place++) {
    const code = codes[place];
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 22) next = { ...next, bold: false };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code === 27) next = { ...next, inverse: false };
    else if (code === 39) next = without(next, "color");
    else if (code === 49) next = without(next, "background");
    else {
      const extended = code === 38 || code === 48;
      const length = codes[place + 1] === 2 ? 3 : 1;
      const color = extended ? codes.slice(place + 2, place + 2 + length).join(";") : String(basicColor(code));
      next = { ...next, [code === 48 || (code >= 40 && code < 48) || code >= 100 ? "background" : "color"]: color };
      if (extended) place += 1 + length;
    }
  }
  return next;
}

function without<Key extends keyof Run>(style: Omit<Run, "text">, key: Key): Omit<Run, "text"> {
  const { [key as "color"]: _, ...rest } = style;
  return rest;
}

/** Number among the 16 basic colours of the codes 30 to 47 and 90 to 107. */
function basicColor(code: number): number {
  return code >= 90 ? (code % 10) + 8 : code % 10;
}
