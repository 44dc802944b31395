import { describeBackups, describeUse } from "../cluster/describe-inside.ts";
import type { Health } from "../cluster/verdict.ts";
import { alignColumns } from "../text/columns.ts";
import { paint, type Colour } from "../text/paint.ts";
import { sentence } from "../text/sentence.ts";
import { shorten } from "../text/shorten.ts";
import { showLines } from "../text/unseen.ts";
import type { DatabaseStatus } from "../use-cases/status.ts";

interface Screen {
  color: boolean;
  width: number;
}

const COLOURS: Record<Health, Colour> = {
  open: "32",
  stopped: "32",
  working: "36",
  waiting: "34",
  broken: "1;31",
  unknown: "1;33",
};

/** One line for each database, and below them what to do about those that are not open. */
export function showTable(all: readonly DatabaseStatus[], screen: Screen): string {
  const rows = all.map((one) => [
    one.database,
    one.health,
    String(one.generation),
    one.pod === null ? "-" : String(one.pod.restarts),
    one.volume === null ? "-" : (one.volume.size ?? one.volume.asked),
    showLines(one.what).replaceAll("\n", " "),
  ]);
  const [head, ...lines] = alignColumns([["DATABASE", "STATE", "GENERATION", "RESTARTS", "VOLUME", "WHAT"], ...rows]);
  const painted = lines.map((line, at) => {
    const { health } = all[at]!;
    return shorten(line, screen.width).replace(` ${health} `, ` ${paint(health, COLOURS[health], screen.color)} `);
  });
  const troubles = all.filter(({ health, fix }) => (health === "broken" || health === "unknown") && fix !== "");
  // What is not in the way of anything yet, but of the next change.
  const notes = all.flatMap(({ database, volume }) =>
    volume?.note ? ["", `${database}: ${showLines(volume.note)}`] : [],
  );
  return [head, ...painted, ...troubles.flatMap((one) => ["", ...describe(one)]), ...notes]
    .map((line) => `${line}\n`)
    .join("");
}

function describe({ database, what, fix, show }: DatabaseStatus): string[] {
  const more = show === "" ? [] : [`  = more: ${show}`];
  return [`${database}: ${showLines(what)}`, `  = fix: ${showLines(sentence(fix))}`, ...more];
}

/** Everything of one database. */
export function showDatabase(one: DatabaseStatus, { color }: Screen): string {
  const rows = [
    ["state", one.what === one.health ? one.health : `${one.health}: ${one.what}`],
    ...(one.fix === "" ? [] : [["fix", sentence(one.fix)]]),
    ...(one.show === "" ? [] : [["more", one.show]]),
    ["generation", one.generation === 0 ? "0 (never seeded)" : String(one.generation)],
    ["image", describeImage(one)],
    ["pod", describePod(one)],
    ...(one.lastError === null ? [] : [["last error", `${one.lastError.code}: ${one.lastError.text}`]]),
    ...(one.lastError === null || one.lastError.fix === "" ? [] : [["", `fix: ${one.lastError.fix}`]]),
    ...(one.release?.state === "denied" && one.health !== "open"
      ? [["release", `whether Helm's is pending is unknown: ${one.release.why}`]]
      : []),
    ["volume", describeSize(one)],
    ["backup", describeBackup(one)],
  ];
  const lines = alignColumns(rows.map((row) => row.map((cell) => showLines(cell).replaceAll("\n", " "))));
  const [first = "", ...rest] = lines;
  const painted = first.replace(one.health, paint(one.health, COLOURS[one.health], color));
  return [one.database, ...[painted, ...rest].map((line) => `  ${line}`)].map((line) => `${line}\n`).join("");
}

function describeImage({ image }: DatabaseStatus): string {
  if (image.wanted === null) return "none yet";
  if (image.live === null || image.live === image.wanted) return image.wanted;
  return `${image.wanted} (the pod has ${image.live})`;
}

function describePod({ pod, progress }: DatabaseStatus): string {
  if (pod === null) return "none";
  const restarts = `${pod.restarts} restart${pod.restarts === 1 ? "" : "s"}`;
  const phase = progress?.phase ?? null;
  const at = phase === null ? [] : [`phase ${phase}`];
  const where = pod.node === null ? [] : [`on ${pod.node}`];
  return [pod.name, pod.ready ? "ready" : `${pod.phase.toLowerCase()}, not ready`, ...where, restarts, ...at].join(
    ", ",
  );
}

function describeSize({ volume, inside }: DatabaseStatus): string {
  if (volume === null) return "not known";
  const size = volume.size === null ? `${volume.asked}, not bound` : volume.size;
  const use = volume.size === null ? null : describeUse(inside, volume.size);
  return [size, use, volume.note].filter((part) => part !== null).join("; ");
}

function describeBackup({ backup, inside }: DatabaseStatus): string {
  const last = backup === null ? "none in the container's last lines" : `${backup.state}: ${backup.text}`;
  return [last, describeBackups(inside)].filter((part) => part !== null).join("; ");
}
