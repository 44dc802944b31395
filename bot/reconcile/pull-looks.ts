import { chooseLooks, type ChosenLooks } from "../decide/looks/choose-looks.ts";
import type { Look } from "../decide/looks/look.ts";
import { daily, hasFewCalls, Pace, SOON } from "../decide/looks/pace.ts";
import type { Hub } from "../hub/hub.ts";
import type { PullFacts } from "../hub/pulls.ts";
import { readShared } from "../observe/looks/read-shared.ts";
import { watchHub } from "../observe/looks/watch-hub.ts";
import type { Reconciled } from "./queue.ts";

/**
 * Which pull requests were looked at, and what they depend on. A process begins without a memory and looks at all of them once; losing
 * it costs calls and nothing else.
 */
export class PullLooks {
  private readonly looks = new Map<number, Look>();
  /** When each open pull request was chosen for the last time, by GitHub's clock. */
  private chosen = new Map<number, number>();
  private since: number | null = null;
  private readonly heads = new SharedHeads();
  private readonly soon = new Pace(SOON.atOnce);
  private readonly same = new Pace(0);

  /** Reconciles a pull request and notes what that depended on. One that fails or is not finished is looked at again. */
  async look(hub: Hub, number: number, reconcile: (hub: Hub) => Promise<Reconciled>): Promise<Reconciled> {
    const watched = watchHub(hub);
    const outcome = await reconcile(watched.hub);
    if (outcome === "again") return outcome;
    const found = await watched.finish();
    if (found === null || found.pull.state === "closed") this.looks.delete(number);
    else this.looks.set(number, { ...found, owed: outcome === "later" });
    return outcome;
  }

  /** The pull requests to look at now. Those that can wait come the next time, or the time after that. */
  async choose(hub: Hub): Promise<number[]> {
    const open = await hub.pulls.open();
    const now = await hub.gitHubTime();
    this.since ??= now;
    this.owe(this.heads.findChanged(open, now));
    const looks = new Map(this.looks);
    const shared = await readShared(hub, [...looks.values()]);
    const lists = chooseLooks({ open, looks, chosen: this.chosen, shared, since: this.since });
    this.owe(lists.now);
    const numbers = hasFewCalls(hub.callsLeft()) ? lists.now : [...lists.now, ...this.takeTurns(lists, now)];
    const times = new Map(open.map(({ number }) => [number, this.chosen.get(number) ?? 0]));
    this.chosen = new Map([...times, ...numbers.map((number) => [number, now] as const)]);
    return numbers;
  }

  /**
   * GitHub says of some changes neither by a webhook nor by a later time, of a deleted comment, say: for these, unchanged pull requests
   * are looked at now and then.
   */
  private takeTurns({ soon, same }: ChosenLooks, now: number): number[] {
    return [...this.soon.take(soon, now, SOON), ...this.same.take(same, now, daily(same.length))];
  }

  /** Until it is done, a look that has to be is chosen each time. */
  private owe(numbers: Iterable<number>): void {
    for (const number of numbers) {
      const look = this.looks.get(number);
      if (look !== undefined) this.looks.set(number, { ...look, owed: true });
    }
  }
}

/** So long after a merge another pull request with the same head may take over its checks; see `chooseCheckOwner`. */
const TAKEN_OVER = 2 * 60_000;

/** Pull requests that have one head share its checks: when one comes or goes, the others change as well. */
class SharedHeads {
  private before = new Map<string, string>();
  /** Heads that have got or lost a pull request, and when that was found. */
  private readonly lost = new Map<string, number>();

  /** Numbers of the open pull requests whose head has got or lost another one. */
  findChanged(open: readonly PullFacts[], now: number): number[] {
    const groups = Map.groupBy(open, ({ head }) => head.sha);
    const names = new Map([...groups].map(([head, pulls]) => [head, pulls.map(({ number }) => number).join(" ")]));
    const changed = [...names].flatMap(([head, name]) => (this.isOther(head, name) ? [head] : []));
    const ripe = [...this.lost].flatMap(([head, at]) => (now - at < TAKEN_OVER ? [] : [head]));
    for (const head of ripe) this.lost.delete(head);
    for (const head of changed) this.lost.set(head, now);
    this.before = names;
    return [...changed, ...ripe].flatMap((head) => groups.get(head) ?? []).map(({ number }) => number);
  }

  private isOther(head: string, name: string): boolean {
    const known = this.before.get(head);
    return known !== undefined && known !== name;
  }
}
