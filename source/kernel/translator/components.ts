/** Strongly connected components of a graph (Tarjan's algorithm), without recursion: graphs nest deeper than the host's stack is. */

interface Visit {
  readonly node: number;
  readonly ways: readonly number[];
  next: number;
}

/** @returns the components, each behind all that it leads to */
export function componentsOf(nodes: Iterable<number>, waysOf: (node: number) => readonly number[]): number[][] {
  const components: number[][] = [];
  /** The order that nodes are met in. */
  const met = new Map<number, number>();
  /** The first met that each leads back to, as far as is seen. */
  const first = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const visits: Visit[] = [];
  const enter = (node: number): void => {
    met.set(node, met.size);
    first.set(node, met.get(node) as number);
    open.push(node);
    isOpen.add(node);
    visits.push({ node, ways: waysOf(node), next: 0 });
  };
  const lower = (node: number, place: number): void => {
    first.set(node, Math.min(first.get(node) as number, place));
  };
  const close = (node: number): void => {
    if (first.get(node) !== met.get(node)) return;
    const component = open.splice(open.lastIndexOf(node));
    for (const member of component) isOpen.delete(member);
    components.push(component);
  };
  for (const start of nodes) {
    if (!met.has(start)) enter(start);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { node, ways } = visit;
      if (visit.next === ways.length) {
        visits.pop();
        close(node);
        const before = visits.at(-1);
        if (before) lower(before.node, first.get(node) as number);
        continue;
      }
      const way = ways[visit.next++];
      if (!met.has(way)) enter(way);
      else if (isOpen.has(way)) lower(node, met.get(way) as number);
    }
  }
  return components;
}
