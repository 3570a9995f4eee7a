/** Keeps an inspection of the selected VM fresh while something shows it. */

import { useEffect, useReducer, useRef } from "react";
import type { VmInspection } from "../../kernel/index.js";
import type { Controller } from "../controller.js";

export interface Inspections {
  readonly inspection: VmInspection | undefined;
  /** EAX to EDI and EIP at the inspection before, undefined for a VM just selected. */
  readonly before: readonly number[] | undefined;
}

const NONE: Inspections = { inspection: undefined, before: undefined };

/**
 * Asks at every refresh, but never twice at once: a kernel that is slow to answer is not asked more often. The first answer
 * about a VM is drawn when it comes; later ones wait for the next refresh, which saves every second frame.
 * @param moment differs at every refresh
 */
export function useInspection(monitor: Controller, id: number | undefined, moment: number): Inspections {
  const latest = useRef<Inspections>(NONE);
  const asking = useRef<number | undefined>(undefined);
  const [, drawFirst] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `moment` is when to ask again
  useEffect(() => {
    if (id === undefined || asking.current === id) return;
    asking.current = id;
    const answered = (inspection: VmInspection | undefined): void => {
      if (asking.current !== id) return;
      asking.current = undefined;
      const before = wordsOf(latest.current.inspection, id);
      latest.current = inspection ? { inspection, before } : NONE;
      if (!before) drawFirst();
    };
    // A VM that was reaped since cannot be inspected; the table shows soon that it is gone.
    monitor.client.inspect(id).then(answered, () => answered(undefined));
  }, [monitor, id, moment]);
  return latest.current.inspection?.id === id ? latest.current : NONE;
}

function wordsOf(inspection: VmInspection | undefined, id: number): readonly number[] | undefined {
  return inspection?.id === id ? [...inspection.registers, inspection.eip] : undefined;
}
