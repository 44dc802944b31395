/** What a bench measured, and how much of each figure is allowed at most. A figure is null where it was not reached at all. */
export interface Measured {
  figures: Record<string, number | null>;
  goals: Record<string, number>;
}

/** Measures something, and tells what it is doing; the figures come at the end. */
export type Bench = (tell: (line: string) => void) => Promise<Measured>;

/** Whether every goal has its figure, and none is above it. */
export function isMet({ figures, goals }: Measured): boolean {
  return Object.entries(goals).every(([name, most]) => (figures[name] ?? Infinity) <= most);
}
