/** What a command has opened is closed when it ends, the last first: all of it, whatever goes wrong on the way. */

/** Closes one thing. */
export type Close = () => unknown;

/** Notes what is to be closed. */
export type Opened = (close: Close) => void;

/**
 * Does a command's work, and closes what it has opened.
 * @param haveTold whether somebody has been told of an error already
 * @throws what ended the work; where nothing did, what the first thing that could not be closed said. One that was told stands
 * behind those that were not.
 */
export async function closing<Result>(
  work: (opened: Opened) => Promise<Result>,
  haveTold: (error: unknown) => boolean = () => false,
): Promise<Result> {
  const all: Close[] = [];
  const failures: unknown[] = [];
  const attempt = async <Value>(action: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await action();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  const result = await attempt(() => work((close) => all.push(close)));
  for (const close of all.reverse()) await attempt(close);
  if (failures.length > 0) throw failures.find((failure) => !haveTold(failure)) ?? failures[0];
  return result as Result;
}
