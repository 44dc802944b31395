import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { makeKey, signed, type TestKey, digestsOf, examplePermit } from "../permit/example-permit.ts";
import type { Permit } from "../../src/permit/permit.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { SETTINGS, startRepository, type TestRepository } from "./repository.ts";

/** Path to text; null removes. */
export type Edits = Record<string, string | null>;

/** What `seedbed verify --json` says of merges. */
export interface Verified {
  code: number;
  /** `path: what`, of errors alone. */
  errors: string[];
  warnings: Problem[];
  merges: { checked: number; unknown: number };
}

/** A repository whose commits a test makes one by one, as anybody can who pushes, and as GitHub merges them. */
export class MainLine {
  readonly repository: TestRepository;
  readonly key: TestKey;
  /** Main's tip. */
  tip: string;

  private constructor(repository: TestRepository, key: TestKey) {
    this.repository = repository;
    this.key = key;
    this.tip = repository.git("rev-parse", "HEAD").trim();
  }

  /** Main with settings whose key signs permits, and the request of hr. */
  static async start(): Promise<MainLine> {
    const repository = await startRepository();
    const line = new MainLine(repository, makeKey("k1"));
    const settings = repository.git("show", `HEAD:${SETTINGS}`);
    const own = settings.replace(/public_key: .*/, `public_key: ${line.key.settings.public_key}`);
    if (own === settings) throw new Error("the settings have no key to replace");
    // The first commit: what is before the settings is not looked at.
    line.tip = line.commit([], { [SETTINGS]: own }, { tree: line.tip });
    return line;
  }

  /** A commit with the tree of its first parent, or another, and some edits. */
  commit(parents: string[], edits: Edits, { tree = parents[0]!, message = "x" } = {}): string {
    const env = { ...process.env, GIT_INDEX_FILE: join(this.repository.folder, ".git/test-index") };
    const git = (args: string[], input = "") =>
      execFileSync("git", args, { cwd: this.repository.folder, env, input, encoding: "utf8" });
    git(["read-tree", tree]);
    const lines = Object.entries(edits).map(([path, text]) => {
      if (text === null) return `0 ${"0".repeat(40)}\t${path}`;
      return `100644 ${git(["hash-object", "-w", "--stdin"], text).trim()}\t${path}`;
    });
    git(["update-index", "--index-info"], lines.map((line) => `${line}\n`).join(""));
    return this.#write(git(["write-tree"]).trim(), parents, message);
  }

  /** What git makes of two commits, by merge-ort. Throws where they conflict. */
  mergedTree(one: string, other: string): string {
    return this.repository.git("merge-tree", "--write-tree", "--no-messages", one, other).trim().split("\n")[0]!;
  }

  /** GitHub's *Create a merge commit* of a head into main. */
  merge(head: string): string {
    this.tip = this.#write(this.mergedTree(this.tip, head), [this.tip, head], "Merge pull request");
    return this.tip;
  }

  /** GitHub's *Squash and merge*. */
  squash(head: string, message = "x"): string {
    this.tip = this.#write(this.mergedTree(this.tip, head), [this.tip], message);
    return this.tip;
  }

  /** GitHub's *Update branch*: main is merged into a head. */
  update(head: string): string {
    return this.#write(this.mergedTree(head, this.tip), [head, this.tip], "Merge branch 'main'");
  }

  /** The bot's permit for the request of hr as it is on main, of a review of a head. */
  permit(head: string, merge: string): string {
    const paths = this.repository.git("ls-tree", "-r", "--name-only", this.tip, "environments/hr").trim().split("\n");
    const own = paths.filter((path) => !/approval|seed\.lock|manifests/.test(path));
    const files = own.map((path) => [path.slice("environments/hr/".length), this.show(path)]);
    const permit = { ...examplePermit, request: digestsOf(Object.fromEntries(files) as Record<string, string>) };
    const evidence = { ...examplePermit.evidence, head, merge };
    const text = signed({ ...permit, evidence } as Permit, this.key).toString("utf8");
    this.tip = this.commit([this.tip], { "environments/hr/approval.yaml": text });
    return this.tip;
  }

  /** A commit on top of another, whose manifests are what `seedbed render` writes there. */
  async render(parent: string): Promise<string> {
    const { repository } = this;
    repository.git("reset", "-q", "--hard", parent);
    await repository.run("render");
    repository.commit();
    return repository.git("rev-parse", "HEAD").trim();
  }

  show(path: string): string {
    return this.repository.git("show", `${this.tip}:${path}`);
  }

  async verify(): Promise<Verified> {
    this.repository.git("reset", "-q", "--hard", this.tip);
    const { code, out } = await this.repository.run("verify", "--json");
    const { problems, merges } = JSON.parse(out) as { problems: Problem[]; merges: Verified["merges"] };
    const errors = problems.filter(({ severity }) => severity === "error").map(({ path, what }) => `${path}: ${what}`);
    return { code, errors, warnings: problems.filter(({ severity }) => severity === "warning"), merges };
  }

  #write(tree: string, parents: string[], message: string): string {
    const of = parents.flatMap((parent) => ["-p", parent]);
    return this.repository.git("commit-tree", tree, ...of, "-m", message).trim();
  }
}
