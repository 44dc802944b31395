import type { CheckRun, Comment, Pull } from "../../world/github/state.ts";
import type { GitHub } from "../../world/github/github.ts";
import { waitFor } from "./wait.ts";

/** A pull request as its page shows it. */
export class PullPage {
  readonly number: number;
  readonly #github: GitHub;

  constructor(github: GitHub, number: number) {
    this.#github = github;
    this.number = number;
  }

  get pull(): Pull {
    return this.#github.state.pulls.find(({ number }) => number === this.number)!;
  }

  get head(): string {
    return this.pull.headSha;
  }

  /** The latest check of this name on the head; undefined before there is one. */
  check(name: string): CheckRun | undefined {
    const { checkRuns, app } = this.#github.state;
    return checkRuns.filter((run) => run.name === name && run.headSha === this.head && run.appId === app.id).at(-1);
  }

  /** Waits for a check's conclusion on whatever the head is by then. */
  async concluded(name: string, conclusion: string): Promise<CheckRun> {
    return waitFor(`${name} to be ${conclusion} on #${this.number}`, () => {
      const run = this.check(name);
      return run?.status === "completed" && run.conclusion === conclusion ? run : null;
    });
  }

  /** Waits for a check that is completed and not a success. */
  async refused(name: string): Promise<CheckRun> {
    return waitFor(`${name} to be refused on #${this.number}`, () => {
      const run = this.check(name);
      return run?.status === "completed" && run.conclusion !== "success" ? run : null;
    });
  }

  /** Comments of the bot on this page. */
  comments(): Comment[] {
    return this.#github.state.comments.filter(({ issue, appId }) => issue === this.number && appId !== null);
  }

  /** The one comment that stays current. */
  sticky(): string {
    return this.comments().find(({ body }) => body.includes("seedbed:sticky"))?.body ?? "";
  }

  /** Waits until the sticky comment says this. */
  async says(pattern: RegExp, seconds = 60): Promise<string> {
    return waitFor(
      `the comment of #${this.number} to say ${pattern}`,
      () => (pattern.test(this.sticky()) ? this.sticky() : null),
      seconds,
    );
  }
}

/** The part of a comment that a person sees without opening anything. */
export function visible(body: string): string {
  return body
    .replace(/<!--[\s\S]*?-->\n?/g, "")
    .replace(/<details><summary>([\s\S]*?)<\/summary>[\s\S]*?<\/details>/g, "▸ $1")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
