import type { ClusterDatabase } from "../world/cluster/cluster.ts";
import type { LogEvent } from "../../src/cluster/log-event.ts";
import type { Narrator } from "./narrator.ts";

export interface Until {
  seconds: number;
  reached: (phase: string, event: string) => boolean;
}

/** Shows the phases of the current start as they happen, until the wanted one is reached. */
export async function followContainer(database: ClusterDatabase, tell: Narrator, until: Until): Promise<void> {
  const { pod } = database;
  const end = Date.now() + until.seconds * 1000;
  let shown = 0;
  for (;;) {
    const events = await pod.events();
    for (const event of events.slice(shown)) tellEvent(tell, event);
    shown = events.length;
    if (events.some(({ phase, event }) => until.reached(phase, event))) return;
    if (Date.now() > end)
      throw new Error(
        `the container did not reach the wanted phase within ${until.seconds} s:\n${(await pod.log()).toString().slice(-2000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function tellEvent(tell: Narrator, { phase, event, text, percent }: LogEvent): void {
  const isBar = percent !== null && tell.hasBars;
  if (isBar) tell.progress(`${phase}: ${text ?? ""}`, percent);
  else if (event !== "start") tell.output(`${phase.padEnd(11)} ${event.padEnd(9)} ${text ?? ""}`.trimEnd());
}
