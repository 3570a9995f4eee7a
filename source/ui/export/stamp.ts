/** What tells files that the monitor writes apart. */

/** `20261125-083000` */
export function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
