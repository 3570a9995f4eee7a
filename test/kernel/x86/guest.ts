/** A machine with a few bytes of text, for tests that state what a CPU manual says. */
import { Interpreter } from "../../../source/kernel/x86/interpreter.js";
import {
  createState,
  type Exit,
  Flag,
  type MachineState,
  Register,
  StateWord,
} from "../../../source/kernel/x86/machine.js";
import { Program } from "../../../source/kernel/x86/program.js";

export const TEXT = 0x1000;
export const DATA = 0x2000;
export const MEMORY_SIZE = 0x3000;

export type RegisterName = keyof typeof Register;

export interface Before {
  registers?: Partial<Record<RegisterName, number>>;
  /** Arithmetic flags and DF; all others are clear. */
  flags?: string;
  /** Bytes by address. */
  memory?: Record<number, readonly number[]>;
}

export interface Guest {
  readonly program: Program;
  readonly engine: Interpreter;
  readonly state: MachineState;
  readonly memory: { view: DataView; bytes: Uint8Array };
  run(fuel: number): Exit;
  /** A register's value, unsigned. */
  register(name: RegisterName): number;
  /** The flags that are set, as `ZF PF`. */
  flags(): string;
  bytes(address: number, length: number): number[];
}

const FLAG_BITS: readonly [string, number][] = [
  ["OF", Flag.OVERFLOW],
  ["DF", Flag.DIRECTION],
  ["SF", Flag.SIGN],
  ["ZF", Flag.ZERO],
  ["AF", Flag.AUXILIARY],
  ["PF", Flag.PARITY],
  ["CF", Flag.CARRY],
];

/** Bytes of text from hexadecimal: `01 d8`. */
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

export function makeGuest(text: string | Uint8Array, before: Before = {}): Guest {
  const bytes = new Uint8Array(MEMORY_SIZE);
  const code = typeof text === "string" ? hex(text) : text;
  bytes.set(code, TEXT);
  for (const [address, content] of Object.entries(before.memory ?? {})) bytes.set(content, Number(address));
  const memory = { bytes, view: new DataView(bytes.buffer) };
  const state = createState(TEXT, DATA + 0x800);
  for (const [name, value] of Object.entries(before.registers ?? {})) state[Register[name as RegisterName]] = value;
  for (const [name, bit] of FLAG_BITS) if (before.flags?.includes(name)) state[StateWord.EFLAGS] |= bit;
  const program = new Program([{ address: TEXT, bytes: code }]);
  const engine = new Interpreter(program);
  return {
    program,
    engine,
    state,
    memory,
    run: (fuel) => engine.run(state, memory, fuel),
    register: (name) => state[Register[name]] >>> 0,
    flags: () =>
      FLAG_BITS.filter(([, bit]) => state[StateWord.EFLAGS] & bit)
        .map(([name]) => name)
        .join(" "),
    bytes: (address, length) => [...bytes.subarray(address, address + length)],
  };
}
