/** One line of text being edited, as a value: what it says and where its cursor stands, in characters. */

export interface TextField {
  readonly text: string;
  readonly cursor: number;
}

export const EMPTY_FIELD: TextField = { text: "", cursor: 0 };

export function fieldOf(text: string): TextField {
  return { text, cursor: [...text].length };
}

/** What a key does to the field, undefined when the key means nothing to it. */
export function editField(field: TextField, key: string): TextField | undefined {
  const characters = [...field.text];
  const { cursor } = field;
  const at = (position: number): TextField => ({
    text: field.text,
    cursor: Math.min(characters.length, Math.max(0, position)),
  });
  const without = (from: number, to: number): TextField => ({
    text: [...characters.slice(0, from), ...characters.slice(to)].join(""),
    cursor: from,
  });
  switch (key) {
    case "left":
      return at(cursor - 1);
    case "right":
      return at(cursor + 1);
    case "home":
    case "ctrl+a":
      return at(0);
    case "end":
    case "ctrl+e":
      return at(characters.length);
    case "backspace":
      return cursor > 0 ? without(cursor - 1, cursor) : field;
    case "delete":
      return cursor < characters.length ? without(cursor, cursor + 1) : field;
    case "ctrl+u":
      return without(0, cursor);
    case "ctrl+w":
      return without(wordStart(characters, cursor), cursor);
    default:
      return insert(characters, cursor, key === "space" ? " " : key);
  }
}

function insert(characters: readonly string[], cursor: number, key: string): TextField | undefined {
  if ([...key].length !== 1 || key < " ") return undefined;
  return { text: [...characters.slice(0, cursor), key, ...characters.slice(cursor)].join(""), cursor: cursor + 1 };
}

function wordStart(characters: readonly string[], cursor: number): number {
  let start = cursor;
  while (start > 0 && characters[start - 1] === " ") start--;
  while (start > 0 && characters[start - 1] !== " ") start--;
  return start;
}
