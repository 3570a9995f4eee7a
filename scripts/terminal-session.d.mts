import type { IPty } from "@lydell/node-pty";
import type { Terminal } from "@xterm/headless";

export interface SessionOptions {
  readonly columns: number;
  readonly rows: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export declare class TerminalSession {
  static open(command: string, args: readonly string[], options: SessionOptions): TerminalSession;
  readonly pty: IPty;
  readonly terminal: Terminal;
  readonly output: string;
  readonly ended: Promise<{ exitCode: number; signal?: number }>;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  lines(): string[];
  screen(): string;
  until(wanted: (screen: string) => boolean, milliseconds?: number): Promise<string>;
  close(): void;
}
