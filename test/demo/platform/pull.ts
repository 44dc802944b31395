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

  /** The latest check of this name on the head; undefined if there is none yet. */
  check(name: string): CheckRun | undefined {
    const { checkRuns, app } = this.#github.state;
    return checkRuns.filter((run) => run.name === name && run.headSha === this.head && run.appId === app.id).at(-1);
  }

  /** Waits until a check has this conclusion on the pull request's head, which may move meanwhile. */
  async concluded(name: string, conclusion: string): Promise<CheckRun> {
    return waitFor(`${name} to be ${conclusion} on #${this.number}`, () => {
      const run = this.check(name);
      return run?.status === "completed" && run.conclusion === conclusion ? run : null;
    });
  }

  /** Waits until a check has completed without success. */
  async refused(name: string): Promise<CheckRun> {
    return waitFor(`${name} not to succeed on #${this.number}`, () => {
      const run = this.check(name);
      return run?.status === "completed" && run.conclusion !== "success" ? run : null;
    });
  }

  /** Comments of the bot on this page. */
  comments(): Comment[] {
    return this.#github.state.comments.filter(({ issue, appId }) => issue === this.number && appId !== null);
  }

  /** The sticky comment. */
  sticky(): string {
    return this.comments().find(({ body }) => body.includes("seedbed:sticky"))?.body ?? "";
  }

  /** Waits until the sticky comment matches the pattern. */
  async says(pattern: RegExp, seconds = 60): Promise<string> {
    return waitFor(
      `the comment of #${this.number} to match ${pattern}`,
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
    .replace(/<\/?code>/g, "`")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
