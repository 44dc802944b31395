/** One line of the container's runtime: `seedbed phase=… event=… …`. */
export interface LogEvent {
  phase: string;
  event: string;
  code: string | null;
  text: string | null;
  /** How far a phase is, where it says so. */
  percent: number | null;
}

/** The runtime's events in a container's output, in order. */
export function readLogEvents(log: string): LogEvent[] {
  return log.split("\n").flatMap((line) => {
    const match = /^seedbed phase=(\S+) event=(\S+)(.*)$/.exec(line);
    if (!match) return [];
    const rest = match[3]!;
    const percent = / percent=(\d+)/.exec(rest)?.[1];
    return [
      {
        phase: match[1]!,
        event: match[2]!,
        code: / code=(\S+)/.exec(rest)?.[1] ?? null,
        text: / text="((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? null,
        percent: percent === undefined ? null : Number(percent),
      },
    ];
  });
}
