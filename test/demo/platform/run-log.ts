import type { Narrator } from "../narrator.ts";
import { isWorthShowing } from "../worth-showing.ts";

/** Tells a job's log as its page shows it while it runs: headings, what was found, how far it is. */
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
