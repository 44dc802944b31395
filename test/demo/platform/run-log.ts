import type { Narrator } from "../narrator.ts";
import { isWorthShowing } from "../worth-showing.ts";

/** Shows a line of a job's log the way GitHub does while the job runs. */
export function tellRunLog(tell: Narrator, line: string): void {
  const text = line
    .replace(/^##\[group\]/, "▸ ")
    .replace(/^##\[warning\]/, "warning: ")
    .trimEnd();
  if (text === "" || text.startsWith("##[") || text.startsWith("▸ Run ") || !isWorthShowing(text)) return;
  const [, subject, done] = /^(\S+): (\d+) %$/.exec(text) ?? [];
  if (subject === undefined) tell.output(text);
  else tell.progress(subject, Number(done));
}
