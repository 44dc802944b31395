import { markMerged, writeMergeCommit } from "./merge.ts";
import { brokenRules, failedChecks, isMissing } from "./rules.ts";
import { writeQueuedBranches } from "./git/push-rules.ts";
import { afterRefUpdate, QUEUE_PREFIX } from "./pushes.ts";
import { MERGE_QUEUE, type Account, type Pull, type Queue, type QueueEntry, type State } from "./state.ts";
import { viewPull, viewSender } from "./views.ts";

interface QueueRule {
  strategy: "ALLGREEN" | "HEADGREEN";
  method: "merge" | "squash";
  least: number;
  most: number;
}

interface Group {
  ref: string;
  base: string;
  head: string;
}

/**
 * GitHub's merge queue: one branch and one merge commit for each queued pull request, on top of those ahead of it; main
 * moves to exactly such a commit once its required checks are green. Times (how long GitHub waits) are not simulated.
 */
export class MergeQueue implements Queue {
  readonly entries: QueueEntry[] = [];
  private readonly groups = new Map<QueueEntry, Group>();
  private readonly getState: () => State;
  private work: Promise<void> = Promise.resolve();

  constructor(getState: () => State) {
    this.getState = getState;
  }

  private get state(): State {
    return this.getState();
  }

  /** Why GitHub does not queue a pull request; null if it does. */
  async whyNot(pull: Pull): Promise<string | null> {
    if (this.rule() === null) return "Merge queue is not enabled for this branch";
    if (pull.state !== "open" || pull.draft || pull.baseBranch !== this.state.defaultBranch)
      return "Pull request is not mergeable";
    if (this.entries.some((entry) => entry.pull === pull)) return "Pull request is already in the queue";
    const broken = await brokenRules(this.state, pull);
    return broken.length > 0 ? `Pull request ${broken.join("\n")}` : null;
  }

  /** Queues without a question: only GitHub's own door asks `whyNot` first. */
  async add(pull: Pull, by: Account): Promise<void> {
    this.entries.push({ pull, by });
    await this.note(pull, by, { action: "enqueued" });
    await this.refresh();
  }

  async remove(pull: Pull, by: Account): Promise<boolean> {
    const entry = this.entries.find((candidate) => candidate.pull === pull);
    if (entry === undefined) return false;
    this.work = this.work.then(async () => void (await this.drop(entry, { reason: "MANUAL", by })));
    await this.refresh();
    return true;
  }

  refresh(): Promise<void> {
    this.work = this.work.then(async () => {
      while (this.entries.length > 0 && (await this.step()));
    });
    return this.work;
  }

  private rule(): QueueRule | null {
    const found = this.state.ruleset.rules.find(({ type }) => type === "merge_queue");
    if (found === undefined) return null;
    const { grouping_strategy, merge_method, min_entries_to_merge, max_entries_to_merge } = found.parameters ?? {};
    if (merge_method === "REBASE") throw new Error("The simulated merge queue does not rebase.");
    return {
      strategy: grouping_strategy === "HEADGREEN" ? "HEADGREEN" : "ALLGREEN",
      method: merge_method === "SQUASH" ? "squash" : "merge",
      least: Number(min_entries_to_merge ?? 1),
      most: Number(max_entries_to_merge ?? 5),
    };
  }

  /** One change of the queue; false when there is nothing to do until something else changes. */
  private async step(): Promise<boolean> {
    const rule = this.rule();
    const closed = this.entries.find(({ pull }) => rule === null || pull.state !== "open");
    if (closed) return this.drop(closed, { reason: rule === null ? "QUEUE_CLEARED" : "MANUAL", by: closed.by });
    const conflict = await this.build(rule!);
    if (conflict) return this.drop(conflict, { reason: "MERGE_CONFLICT", by: MERGE_QUEUE });
    const waiting = this.entries.slice(0, rule!.most);
    const verdicts = waiting.map((entry) => this.judge(this.groups.get(entry)!));
    const ready =
      rule!.strategy === "HEADGREEN" ? verdicts.lastIndexOf("green") + 1 : [...verdicts, "end"].findIndex(isNotGreen);
    if (ready > 0 && ready >= Math.min(rule!.least, rule!.most)) return this.merge(waiting.slice(0, ready));
    const red = rule!.strategy === "HEADGREEN" ? verdicts.length - 1 : verdicts.indexOf("red");
    return verdicts[red] === "red" ? this.drop(waiting[red]!, { reason: "CI_FAILURE", by: MERGE_QUEUE }) : false;
  }

  private judge({ head }: Group): "green" | "red" | "waiting" {
    const failed = failedChecks(this.state, head);
    if (failed.length === 0) return "green";
    return failed.every(isMissing) ? "waiting" : "red";
  }

  /** Builds what does not stand on main or on the group ahead; returns an entry that cannot be merged there. */
  private async build({ method }: QueueRule): Promise<QueueEntry | null> {
    const { git, defaultBranch } = this.state;
    let base = (await git.resolve(`refs/heads/${defaultBranch}`))!;
    for (const entry of this.entries) {
      const there = this.groups.get(entry);
      if (there && there.base !== base) await this.destroy(entry, "invalidated");
      const head =
        there?.base === base
          ? there.head
          : await writeMergeCommit(this.state, { pull: entry.pull, method, by: entry.by, base });
      if (head === null) return entry;
      if (there?.base !== base) await this.create(entry, { base, head });
      base = head;
    }
    return null;
  }

  private async create(entry: QueueEntry, { base, head }: { base: string; head: string }): Promise<void> {
    const ref = `${QUEUE_PREFIX}${this.state.defaultBranch}/pr-${entry.pull.number}-${base}`;
    await this.state.git.updateRef(ref, head, null);
    const group = { ref, base, head };
    this.groups.set(entry, group);
    await afterRefUpdate(this.state, { ref, before: null, after: head, actor: MERGE_QUEUE });
    await this.announce(group, { action: "checks_requested" });
  }

  private async destroy(entry: QueueEntry, reason: "merged" | "invalidated" | "dequeued"): Promise<void> {
    const group = this.groups.get(entry);
    if (group === undefined) return;
    this.groups.delete(entry);
    await this.state.git.updateRef(group.ref, null, group.head);
    await afterRefUpdate(this.state, { ref: group.ref, before: group.head, after: null, actor: MERGE_QUEUE });
    await this.announce(group, { action: "destroyed", reason });
  }

  private async drop(entry: QueueEntry, { reason, by }: { reason: string; by: Account }): Promise<true> {
    const { pull } = entry;
    const group = this.groups.get(entry);
    const failed = reason === "CI_FAILURE" && group ? failedChecks(this.state, group.head).join(" ") : "";
    this.state.mergesRefused.push({
      pull: pull.number,
      why: `Removed from the merge queue: ${reason} ${failed}`.trim(),
    });
    this.entries.splice(this.entries.indexOf(entry), 1);
    await this.destroy(entry, "dequeued");
    await this.note(pull, by, { action: "dequeued", reason });
    return true;
  }

  private async merge(ready: QueueEntry[]): Promise<true> {
    const ref = `refs/heads/${this.state.defaultBranch}`;
    const [before, after] = [this.groups.get(ready[0]!)!.base, this.groups.get(ready.at(-1)!)!.head];
    // Somebody was faster: the next step builds everything anew.
    if (!(await this.state.git.updateRef(ref, after, before))) return true;
    this.entries.splice(0, ready.length);
    const kind = "merge_queue_merge" as const;
    const at = this.state.now();
    for (const entry of ready)
      markMerged(this.state, entry.pull, { sha: this.groups.get(entry)!.head, by: MERGE_QUEUE, at });
    await afterRefUpdate(this.state, { ref, before, after, actor: MERGE_QUEUE, kind });
    for (const entry of ready) await this.destroy(entry, "merged");
    await this.lockBranches();
    return true;
  }

  private async announce({ ref, base, head }: Group, what: { action: string; reason?: string }): Promise<void> {
    const { tree, message, author, committer } = await this.state.git.commit(head);
    const person = ({ name, email }: { name: string; email: string }) => ({ name, email });
    this.state.webhooks.send("merge_group", {
      ...what,
      merge_group: {
        head_sha: head,
        head_ref: ref,
        base_sha: base,
        base_ref: `refs/heads/${this.state.defaultBranch}`,
        head_commit: {
          id: head,
          tree_id: tree,
          message,
          timestamp: committer.date,
          author: person(author),
          committer: person(committer),
        },
      },
      ...viewSender(this.state, MERGE_QUEUE),
    });
  }

  private async note(pull: Pull, by: Account, what: { action: string; reason?: string }): Promise<void> {
    this.state.webhooks.send("pull_request", {
      ...what,
      number: pull.number,
      pull_request: viewPull(this.state, pull),
      ...viewSender(this.state, by),
    });
    await this.lockBranches();
  }

  /** A queued branch cannot be pushed to; git's own hook has to know. */
  private async lockBranches(): Promise<void> {
    const own = this.entries.filter(({ pull }) => pull.headRepositoryId === this.state.repositoryId);
    const refs = own.map(({ pull }) => `refs/heads/${pull.headBranch}`);
    await writeQueuedBranches(this.state.git.folder, refs);
  }
}

function isNotGreen(verdict: string): boolean {
  return verdict !== "green";
}
