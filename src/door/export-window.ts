import type { ExportWindow } from "../settings/settings.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** Whether exports may start at a moment (milliseconds since the epoch); without windows they always may. */
export function isWindowOpen(windows: readonly ExportWindow[], moment: number): boolean {
  return windows.length === 0 || windows.some((window) => contains(window, moment));
}

/** `mon tue 22:00-04:00 Europe/Berlin`, windows separated by commas. */
export function describeWindows(windows: readonly ExportWindow[]): string {
  return windows.map(({ days, from, to, time_zone: zone }) => `${days.join(" ")} ${from}-${to} ${zone}`).join(", ");
}

/** A window whose end is earlier than its start runs past midnight and belongs to the day on which it started. */
function contains({ days, from, to, time_zone: zone }: ExportWindow, moment: number): boolean {
  const { day, time } = localTime(moment, zone);
  const begins = (index: number) => days.includes(DAYS[(index + 7) % 7]!);
  if (from < to) return begins(day) && time >= from && time < to;
  return (begins(day) && time >= from) || (begins(day - 1) && time < to);
}

function localTime(moment: number, zone: string): { day: number; time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  const day = DAYS.findIndex((name) => name === part("weekday").toLowerCase());
  return { day, time: `${part("hour")}:${part("minute")}` };
}
