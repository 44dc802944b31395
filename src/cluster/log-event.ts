/** One line of the container's runtime: `seedbed phase=… event=… …` (src/container/runtime/lib/log.sh). */
export interface LogEvent {
  phase: string;
  event: string;
  code: string | null;
  text: string | null;
  fix: string | null;
  /** How far a phase is, where it says so. */
  percent: number | null;
}

/** A line as an event; null for any other line. */
export function readLogEvent(line: string): LogEvent | null {
  const match = /^seedbed phase=(\S+) event=(\S+)(.*)$/.exec(line);
  if (!match) return null;
  const rest = match[3]!;
  // Whatever stands in quotes could look like another value.
  const plain = rest.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const percent = / percent=(\d+)/.exec(plain)?.[1];
  return {
    phase: match[1]!,
    event: match[2]!,
    code: / code=(\S+)/.exec(plain)?.[1] ?? null,
    text: quoted(rest, "text"),
    fix: quoted(rest, "fix"),
    percent: percent === undefined ? null : Number(percent),
  };
}

/** The runtime's events in a container's output, in order. */
export function readLogEvents(log: string): LogEvent[] {
  return log.split("\n").flatMap((line) => readLogEvent(line) ?? []);
}

function quoted(rest: string, key: string): string | null {
  const pairs = rest.matchAll(/ (\w+)=("(?:[^"\\]|\\.)*"|\S*)/g);
  const value = [...pairs].find(([, name, raw]) => name === key && raw!.startsWith('"'))?.[2];
  return value === undefined ? null : value.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
}
