import * as core from "@actions/core";
import { formatDuration } from "../../text/amount.ts";
import type { Log } from "../../ports/log.ts";
import { showInJob } from "../../text/workflow-commands.ts";
import { createTerminalLog } from "../terminal/log.ts";

/** The log of a step: one foldable group per stage, warnings as annotations, progress as a line every 30 s. */
export function createActionsLog(now: () => number): Log {
  const info = (text: string) => core.info(showInJob(text));
  const lines = createTerminalLog({ write: (text) => info(text.replace(/\n$/, "")), interactive: false, now });
  let depth = 0;
  return {
    group: async (title, run) => {
      const started = now();
      depth += 1;
      // GitHub does not support nested groups.
      if (depth === 1) core.startGroup(showInJob(title));
      try {
        return await run();
      } finally {
        depth -= 1;
        info(`${title}: ${formatDuration(now() - started)}`);
        if (depth === 0) core.endGroup();
      }
    },
    info,
    warn: (text) => core.warning(showInJob(text)),
    progress: (subject, value) => lines.progress(subject, value),
  };
}
