/** What an amount is counted in. */
export type AmountUnit = "bytes" | "percent" | "files" | "rows";

/** `8 s`, `1 min 4 s`, `0.3 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `40 s`, `14 min`, `3 h`, `2 d`: how old something is, in its largest unit. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** `31.2 MiB` and the like; percent, files and rows as whole numbers. */
export function formatAmount(value: number, unit: AmountUnit): string {
  if (unit === "percent") return `${Math.round(value)} %`;
  if (unit !== "bytes") return `${Math.round(value)} ${unit}`;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10));
  return `${(value / 2 ** (10 * power)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
