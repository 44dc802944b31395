import { expect, test } from "vitest";
import { randomFrom, seedsOfRun } from "../random.ts";
import { MainLine, type Edits } from "./main-line.ts";

/** Many seeds: SEEDBED_SEEDS=50. One seed again: SEEDBED_SEED=<seed>. */
const STEPS = 25;

/** What may be changed together by one pull request while others change other units. */
const UNITS = [
  ["environments/hr/database_config.yaml", "environments/hr/scripts/mask.sql", "environments/hr/scripts/new.sql"],
  ["environments/crm/database_config.yaml", "environments/crm/scripts/a.sql"],
  [".github/workflows/ci.yml"],
  [".github/CODEOWNERS"],
  ["docs/a.md", "docs/b.md"],
];
const DOCS = UNITS.length - 1;

interface Pull {
  number: number;
  head: string;
  unit: number;
  /** The pull request that it was opened on top of. */
  on: number | null;
}

/** One repository with pull requests as people make them: several at once, updated or not, merged or squashed, some of them stacked. */
class Honest {
  readonly #line: MainLine;
  readonly #random: (below: number) => number;
  readonly #pulls: Pull[] = [];
  #numbers = 0;
  merges = 0;
  /** Those that no reviewer has to see. */
  ofDocs = 0;

  constructor(line: MainLine, seed: number) {
    this.#line = line;
    const random = randomFrom(seed);
    this.#random = (below) => Math.floor(random() * below);
  }

  step(): void {
    const [open, edit, update, bot] = [() => this.#open(), () => this.#edit(), () => this.#update(), () => this.#bot()];
    const all = [open, open, edit, edit, update, bot, () => this.#merge(), () => this.#merge()];
    all[this.#random(all.length)]!();
  }

  #open(): void {
    const free = UNITS.map((_, unit) => unit).filter((unit) => !this.#pulls.some((pull) => pull.unit === unit));
    const unit = this.#pick(free);
    if (unit === undefined) return;
    const below = this.#random(3) === 0 ? this.#pick(this.#pulls) : undefined;
    this.#numbers += 1;
    const head = below === undefined ? this.#line.tip : this.#line.update(below.head);
    const pull = { number: this.#numbers, unit, head, on: below?.number ?? null };
    this.#change(pull);
    // One on top of another is merged after it.
    this.#pulls.push(pull);
  }

  #edit(): void {
    const pull = this.#pick(this.#pulls);
    if (pull !== undefined) this.#change(pull);
  }

  #change(pull: Pull): void {
    const edits: Edits = {};
    for (const path of UNITS[pull.unit]!)
      if (this.#random(2) === 0 || Object.keys(edits).length === 0)
        edits[path] = `${path} of #${pull.number}, ${this.#random(1_000_000)}\n`.repeat(1 + this.#random(9));
    pull.head = this.#line.commit([pull.head], edits);
  }

  #update(): void {
    const pull = this.#pick(this.#pulls);
    if (pull !== undefined) pull.head = this.#line.update(pull.head);
  }

  /** The App writes lock, permit and manifests; what they say is another test's. */
  #bot(): void {
    const path = this.#pick(["approval.yaml", "seed.lock.yaml", "manifests/pod.yaml"])!;
    const text = `${this.#random(1_000_000)}\n`;
    this.#line.tip = this.#line.commit([this.#line.tip], { [`environments/crm/${path}`]: text });
  }

  #merge(): void {
    const pull = this.#pulls.shift();
    if (pull === undefined) return;
    this.merges += 1;
    if (pull.unit === DOCS) this.ofDocs += 1;
    if (this.#isCrissCross(pull.head)) pull.head = this.#line.update(pull.head);
    this.#line.repository.git("update-ref", `refs/pull/${pull.number}/head`, pull.head);
    // A squash leaves whoever is on top with commits that main has not: people merge those below with a merge commit.
    const isBelow = this.#pulls.some(({ on }) => on === pull.number);
    if (!isBelow && this.#random(2) === 0) this.#line.squash(pull.head, `A change (#${pull.number})`);
    else this.#line.merge(pull.head);
  }

  /** Which of several merge bases a page is compared with is GitHub's choice: the check asks for *Update branch* first. */
  #isCrissCross(head: string): boolean {
    return this.#line.repository.git("merge-base", "--all", this.#line.tip, head).trim().split("\n").length > 1;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[this.#random(Math.max(1, items.length))];
  }
}

test.each(seedsOfRun(3))("nothing is found in a history of honest merges (SEEDBED_SEED=%d)", async (seed) => {
  const line = await MainLine.start();
  const honest = new Honest(line, seed);
  for (let step = 0; step < STEPS; step += 1) honest.step();
  const { errors, merges } = await line.verify();
  // A lock that is none is told as such, whoever brought it.
  expect(errors.filter((error) => /brings|changes|parents/.test(error))).toEqual([]);
  expect(merges.unknown).toBe(0);
  expect(merges.checked).toBeGreaterThanOrEqual(Math.min(1, honest.merges - honest.ofDocs));
  expect(merges.checked).toBeLessThanOrEqual(honest.merges);
  await line.repository.remove();
});
