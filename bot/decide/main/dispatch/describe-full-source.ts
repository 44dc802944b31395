/** Why a source accepts no further run. */
export function describeFullSource(source: string, atOnce: number): string {
  return `${source} already has its maximum number of runs (${atOnce})`;
}
