import { createHash } from "node:crypto";
import type { Hub } from "../../hub/hub.ts";
import type { RunFacts } from "../../hub/runs.ts";
import { seedOf } from "../../../src/digests/seed.ts";
import { baseOf } from "../../../src/manifests/base-of.ts";
import { readRunTitle } from "../../../src/templates/run-title.ts";
import type { DatabaseState, MainState, RunState, RunVerdict } from "../../decide/main/main-state.ts";
import { isOfInterest } from "../../decide/main/permits/permit-runs.ts";
import {
  findForeign,
  findForeignCode,
  judgeRun,
  type ExpectedRun,
  type RunEvidence,
} from "../../decide/main/results/judge-run.ts";
import { judgeResult } from "../../decide/main/results/judge-result.ts";
import { MAX_RESULT_BYTES } from "../../decide/main/results/artifact-text.ts";
import { readArtifact } from "./read-artifact.ts";
import { readBlob } from "./read-blob.ts";

const DAY = 24 * 60 * 60_000;

export type RunsContext = Pick<MainState, "repository" | "botLogin" | "head" | "now" | "settings" | "databases"> & {
  defaultBranch: string;
  workflow: NonNullable<MainState["workflow"]>;
  /** Foreign runs that were already inspected, by what they left; this only saves calls. */
  memory: { harmless: Set<string>; forged: Set<string> };
};

/** Reads runs with their verdicts, each as far as it is needed. */
export class RunReader {
  private readonly hub: Hub;
  private readonly context: RunsContext;

  constructor(hub: Hub, context: RunsContext) {
    this.hub = hub;
    this.context = context;
  }

  async read(facts: RunFacts): Promise<RunState> {
    const { database, reason, exact } = readRunTitle(facts.title) ?? { database: null, reason: "", exact: true };
    return { facts, database, reason, exact, verdict: await this.readVerdict(facts, database) };
  }

  private async readVerdict(facts: RunFacts, database: string | null): Promise<RunVerdict> {
    const foreign = findForeign(facts, this.expected());
    if (foreign !== null) return this.readForeign(facts, foreign);
    const known = this.context.databases.find((db) => db.database === database);
    if (known === undefined) return { kind: "unread" };
    if (facts.status !== "completed") return this.readRunning(facts);
    return isOfInterest(facts, known) ? this.readResult(facts, known) : { kind: "unread" };
  }

  /** A run of anything but main's provision.yml is ignored, unless it left an artifact that looks like a result. */
  private async readForeign(facts: RunFacts, why: string): Promise<RunVerdict> {
    const key = `${facts.id}/${facts.attempt}`;
    const { harmless, forged } = this.context.memory;
    const recent = Date.parse(facts.startedAt) >= this.context.now - DAY;
    if (facts.status !== "completed" || !recent || harmless.has(key)) return { kind: "unread" };
    const known = forged.has(key) || (await this.leftResult(facts));
    (known ? forged : harmless).add(key);
    return known ? { kind: "refused", why } : { kind: "unread" };
  }

  private async leftResult({ id }: RunFacts): Promise<boolean> {
    return (await this.hub.actions.artifacts(id)).some(({ name }) => name.startsWith("seed-result-"));
  }

  private async readRunning(facts: RunFacts): Promise<RunVerdict> {
    // A run that the bot started itself needs no proof of who asked for it.
    if (facts.triggeringActor?.login === this.context.botLogin) return { kind: "running", trusted: true, why: "" };
    const why = findForeignCode(await this.readCode(facts), this.context.workflow);
    return { kind: "running", trusted: why === null, why: why ?? "" };
  }

  private async readCode({ headSha }: RunFacts): Promise<Pick<RunEvidence, "onMain" | "blobAtHead">> {
    const { head, workflow } = this.context;
    const [onMain, blobAtHead] = await Promise.all([
      this.hub.git.isAncestor(headSha, head),
      readBlob(this.hub, headSha, workflow.path),
    ]);
    return { onMain, blobAtHead };
  }

  private async readResult(facts: RunFacts, known: DatabaseState): Promise<RunVerdict> {
    const { settings, repository } = this.context;
    const { request, source, verdict } = known;
    if (request === null || source === null || verdict.permit === null) return { kind: "unread" };
    const runnerGroup = settings.sources[source]?.runner.group ?? "";
    const evidence = await this.readEvidence(facts, known.database);
    const document = judgeRun(evidence, { ...this.expected(), runnerGroup });
    if (document.kind !== "document") return document;
    return judgeResult(document.text, {
      repositoryId: repository.id,
      run: facts,
      database: known.database,
      lock: known.lock,
      verdict,
      seed: seedOf(request, settings, known.files),
      base: baseOf({ request, settings }),
    });
  }

  private async readEvidence(run: RunFacts, database: string): Promise<RunEvidence> {
    const [code, jobs, artifacts] = await Promise.all([
      this.readCode(run),
      this.hub.actions.jobs(run.id, run.attempt),
      this.hub.actions.artifacts(run.id),
    ]);
    const named = artifacts.filter(({ name }) => name === `seed-result-${run.attempt}`);
    const [only] = named;
    const readable = only !== undefined && named.length === 1 && !only.expired && only.bytes <= MAX_RESULT_BYTES;
    const download = readable ? await this.readDownload(only.id) : null;
    return { run, database, ...code, jobs, artifacts, download };
  }

  private async readDownload(id: string): Promise<RunEvidence["download"]> {
    const zip = await this.hub.actions.downloadArtifact(id);
    const sha256 = createHash("sha256").update(zip).digest("hex");
    return { sha256, document: await readArtifact(zip) };
  }

  private expected(): Omit<ExpectedRun, "runnerGroup"> {
    const { repository, defaultBranch, workflow } = this.context;
    return { repositoryId: repository.id, defaultBranch, workflow };
  }
}
