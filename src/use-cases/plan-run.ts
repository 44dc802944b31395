import type { RunContext } from "./run-context.ts";
import { decide } from "../door/decide.ts";
import type { Decision, Pass } from "../door/door-facts.ts";
import type { MainReader } from "../ports/main-reader.ts";
import { refusalError } from "../door/refusal.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { readMainNow } from "./read-main-now.ts";

export interface PlanRun {
  database: string;
  context: RunContext;
}

export interface PlanRunPorts {
  main: MainReader;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}

/** The parameters of this run's seed job; they come from main and never from an input. */
export interface PlannedRun {
  environment: string;
  runnerGroup: string;
  runnerLabels: string[];
  concurrencyGroup: string;
  work: "export" | "image";
}

const LONGEST_WAIT = 5 * 60_000;
const PAUSE = 5_000;

/** Refusals that a new permit resolves, which the bot signs on a person's request. */
const WORTH_WAITING = new Set([
  "permit-missing",
  "permit-spent",
  "permit-failed",
  "permit-expired",
  "permit-other-request",
  "permit-other-source",
  "permit-apply-only",
]);

/** Environment and runner of a run, once main has an open permit. Throws the refusal otherwise. */
export async function planRun({ database, context }: PlanRun, ports: PlanRunPorts): Promise<PlannedRun> {
  const { log, clock, signal } = ports;
  const ask = async () =>
    decide({ run: context, database, source: null, main: await readMainNow(ports.main, database) });
  const until = clock.now() + (isPerson(context.triggeringActor) ? LONGEST_WAIT : 0);
  let told = "";
  for (;;) {
    const decision = await ask();
    if ("go" in decision) return describe(decision.go);
    if (!WORTH_WAITING.has(decision.refuse)) throw refusalError(decision);
    if (clock.now() >= until) throw refusalError(afterWaiting(decision, context));
    if (told !== decision.refuse)
      log.info(
        `${decision.sentence} Waiting up to five minutes for the bot to sign a permit for ${context.triggeringActor}.`,
      );
    told = decision.refuse;
    await clock.sleep(PAUSE, signal);
  }
}

function describe({ database, source, permit }: Pass): PlannedRun {
  return {
    environment: source.environment,
    runnerGroup: source.runner.group,
    runnerLabels: source.runner.labels,
    concurrencyGroup: `seedbed-${database}`,
    // A permit for apply only has already been refused by the permit check.
    work: permit.work === "image" ? "image" : "export",
  };
}

/** The bot only dispatches a run once the permit exists, so such a run never waits. */
function isPerson(login: string): boolean {
  return !login.endsWith("[bot]");
}

function afterWaiting(decision: Exclude<Decision, { go: Pass }>, { triggeringActor }: RunContext) {
  if (!isPerson(triggeringActor)) return decision;
  return {
    ...decision,
    sentence: `${decision.sentence} The bot did not sign a permit for ${triggeringActor} within five minutes.`,
    fix: `${decision.fix} The database's last pull request or an issue says why; if there is nothing, the bot may be down.`,
  };
}
