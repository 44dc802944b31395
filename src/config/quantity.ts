/** Mebibytes in one of each unit. */
const UNITS: Record<string, number> = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** Mebibytes of a binary quantity such as `20Gi`; null for anything else. */
export function parseQuantity(text: string): number | null {
  const match = /^([1-9][0-9]{0,8})(Mi|Gi|Ti)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2]!] ?? 0) : null;
}

/** The quantity in its largest whole unit, as Kubernetes writes it: 1024 is `1Gi`, 1536 is `1536Mi`. */
export function formatQuantity(mebibytes: number): string {
  const unit = ["Ti", "Gi"].find((name) => mebibytes % UNITS[name]! === 0) ?? "Mi";
  return `${mebibytes / UNITS[unit]!}${unit}`;
}
