/** Numbers as short texts of a known greatest width, so that columns hold still while figures change. */

const COUNT_UNITS = ["", "k", "M", "G", "T", "P"];
const BYTE_UNITS = ["", "K", "M", "G", "T"];

/** Three digits and a unit: `999`, `1.23k`, `45.6M`, `789G`. At most 5 characters. */
export function count(value: number): string {
  return scaled(value, 1000, COUNT_UNITS);
}

/** Bytes in powers of 1,024: `512`, `64.0K`, `1.50M`, `12.0G`. At most 5 characters. */
export function bytes(value: number): string {
  return scaled(value, 1024, BYTE_UNITS);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  if (!(value > 0)) return "0";
  let unit = 0;
  let scaledValue = value;
  // What would be rounded up to four digits belongs to the next unit.
  while (scaledValue >= 999.5 && unit < units.length - 1) {
    scaledValue /= base;
    unit++;
  }
  if (unit === 0)
    return Number.isInteger(value)
      ? String(value)
      : scaledValue < 9.95
        ? scaledValue.toFixed(1)
        : scaledValue.toFixed(0);
  const digits = scaledValue < 9.995 ? 2 : scaledValue < 99.95 ? 1 : 0;
  return scaledValue.toFixed(digits) + units[unit];
}

/** A share of 0 to 100: `0.0`, `42.3`, `100`. At most 4 characters. */
export function percent(value: number): string {
  return value >= 99.95 ? "100" : value.toFixed(1);
}

/** Seconds: `4.2s`, `59s`, `12m34s`, `3h04m`, `12d03h`. At most 6 characters below 100 days. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d${two(Math.floor((whole % 86_400) / 3600))}h`;
}

/** Seconds as a clock: `0:00:07`, `27:46:40`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}

/** Nanoseconds as an operator would say them: `5 ms`, `50 µs`, `1 s`. */
export function time(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${trimmed(nanoseconds / 1e9)} s`;
  if (nanoseconds >= 1e6) return `${trimmed(nanoseconds / 1e6)} ms`;
  if (nanoseconds >= 1e3) return `${trimmed(nanoseconds / 1e3)} µs`;
  return `${trimmed(nanoseconds)} ns`;
}

/** A 32-bit word: `0000beef`. */
export function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
