import { createHash } from "node:crypto";
import type { Hub } from "../../hub/hub.ts";
import type { RunFacts } from "../../hub/runs.ts";
import { isPlain } from "../../../src/database/file-mode.ts";
import { seedOf } from "../../../src/digests/seed.ts";
import { baseOf } from "../../../src/manifests/base-of.ts";
import { readRunTitle } from "../../run-title.ts";
import type { DatabaseState, MainState, RunState, RunVerdict } from "../../decide/main/main-state.ts";
import { PERMIT_WAIT } from "../../decide/main/permits/permit-age.ts";
import { findForeign, findForeignCode, judgeRun, type RunEvidence } from "../../decide/main/results/judge-run.ts";
import { judgeResult } from "../../decide/main/results/judge-result.ts";
import { MAX_RESULT_BYTES, readArtifact } from "./read-artifact.ts";

const DAY = 24 * 60 * 60_000;

export type RunsContext = Pick<MainState, "repository" | "botLogin" | "head" | "now" | "settings" | "databases"> & {
  defaultBranch: string;
  workflow: NonNullable<MainState["workflow"]>;
  /** Foreign runs that were already inspected, by what they left; this only saves calls. */
  memory: { harmless: Set<string>; forged: Set<string> };
};

/** A run with its verdict, read as far as it is needed. */
export async function readRun(hub: Hub, facts: RunFacts, context: RunsContext): Promise<RunState> {
  const { database, reason, exact } = readRunTitle(facts.title) ?? { database: null, reason: "", exact: true };
  const known = context.databases.find((db) => db.database === database) ?? null;
  return {
    facts,
    database,
    reason,
    exact,
    verdict: await readVerdict(hub, facts, { ...context, known }),
  };
}

type RunContext = RunsContext & { known: DatabaseState | null };

async function readVerdict(hub: Hub, facts: RunFacts, context: RunContext): Promise<RunVerdict> {
  const foreign = findForeign(facts, {
    repositoryId: context.repository.id,
    defaultBranch: context.defaultBranch,
    workflow: context.workflow,
  });
  if (foreign !== null) return readForeign(hub, facts, { ...context, why: foreign });
  if (context.known === null) return { kind: "unread" };
  if (facts.status !== "completed") return readRunning(hub, facts, context);
  return isOfInterest(facts, context.known)
    ? readResult(hub, facts, { ...context, known: context.known })
    : { kind: "unread" };
}

/** A result can only be used while its permit is open or expired. */
export function isOfInterest(facts: RunFacts, { standing }: DatabaseState): boolean {
  if (standing.kind !== "open" && standing.kind !== "expired") return false;
  return Date.parse(facts.startedAt) >= Date.parse(standing.permit.signed_at) - PERMIT_WAIT;
}

/** A run of anything but main's provision.yml is ignored, unless it left an artifact that looks like a result. */
async function readForeign(hub: Hub, facts: RunFacts, context: RunContext & { why: string }): Promise<RunVerdict> {
  const key = `${facts.id}/${facts.attempt}`;
  const { harmless, forged } = context.memory;
  const recent = Date.parse(facts.startedAt) >= context.now - DAY;
  if (facts.status !== "completed" || !recent || harmless.has(key)) return { kind: "unread" };
  const known = forged.has(key) || (await leftResult(hub, facts));
  (known ? forged : harmless).add(key);
  return known ? { kind: "refused", why: context.why } : { kind: "unread" };
}

async function leftResult(hub: Hub, { id }: RunFacts): Promise<boolean> {
  return (await hub.actions.artifacts(id)).some(({ name }) => name.startsWith("seed-result-"));
}

async function readRunning(hub: Hub, facts: RunFacts, context: RunContext): Promise<RunVerdict> {
  // A run that the bot started itself needs no proof of who asked for it.
  if (facts.triggeringActor?.login === context.botLogin) return { kind: "running", trusted: true, why: "" };
  const why = findForeignCode(await readCode(hub, facts, context), context.workflow);
  return { kind: "running", trusted: why === null, why: why ?? "" };
}

async function readCode(hub: Hub, { headSha }: RunFacts, { head, workflow }: RunsContext) {
  const [onMain, blobAtHead] = await Promise.all([
    hub.git.isAncestor(headSha, head),
    readBlob(hub, headSha, workflow.path),
  ]);
  return { onMain, blobAtHead };
}

/** Id of the blob at a path; null if there is no plain file. */
export async function readBlob(hub: Hub, commit: string, path: string): Promise<string | null> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const entries = await (await hub.git.treeAt(commit)).entries(folder);
  return entries.find((entry) => entry.path === path && isPlain(entry.mode))?.blob ?? null;
}

async function readResult(
  hub: Hub,
  facts: RunFacts,
  context: RunContext & { known: DatabaseState },
): Promise<RunVerdict> {
  const { known, settings, workflow, repository, defaultBranch } = context;
  const { request, source, standing } = known;
  if (request === null || source === null || standing.kind === "none" || standing.kind === "broken")
    return { kind: "unread" };
  const runnerGroup = settings.sources[source]?.runner.group ?? "";
  const evidence = await readEvidence(hub, facts, context);
  const document = judgeRun(evidence, { repositoryId: repository.id, defaultBranch, workflow, runnerGroup });
  if (document.kind !== "document") return document;
  return judgeResult(document.text, {
    repositoryId: repository.id,
    run: facts,
    database: known.database,
    lock: known.lock,
    standing,
    seed: seedOf(request, settings, known.files),
    base: baseOf({ request, settings }),
  });
}

async function readEvidence(
  hub: Hub,
  run: RunFacts,
  context: RunContext & { known: DatabaseState },
): Promise<RunEvidence> {
  const [code, jobs, artifacts] = await Promise.all([
    readCode(hub, run, context),
    hub.actions.jobs(run.id, run.attempt),
    hub.actions.artifacts(run.id),
  ]);
  const named = artifacts.filter(({ name }) => name === `seed-result-${run.attempt}`);
  const [only] = named;
  const readable = only !== undefined && named.length === 1 && !only.expired && only.bytes <= MAX_RESULT_BYTES;
  const download = readable ? await readDownload(hub, only.id) : null;
  return { run, database: context.known.database, ...code, jobs, artifacts, download };
}

async function readDownload(hub: Hub, id: string): Promise<RunEvidence["download"]> {
  const zip = await hub.actions.downloadArtifact(id);
  const sha256 = createHash("sha256").update(zip).digest("hex");
  return { sha256, document: await readArtifact(zip) };
}
