import { EventEmitter, once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startGitHub, type GitHub } from "../github/github.ts";
import { person } from "../github/person.ts";
import type { WorkflowRun } from "../github/runs.ts";
import { evaluate, interpolate, UnknownToRunner } from "./expression.ts";
import type { RunnerOptions } from "./options.ts";
import { startRunner, type Runner } from "./runner.ts";
import { parseWorkflow } from "./workflow.ts";

const PIN = "a".repeat(40);
const RULESET = {
  name: "main",
  target: "branch",
  enforcement: "active",
  bypass_actors: [{ actor_id: 7, actor_type: "Integration", bypass_mode: "always" }],
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [],
};

const ACTION = `
inputs: { word: { default: none }, secret: {} }
outputs: { said: {} }
runs: { using: node24, main: main.mjs, post: post.mjs, post-if: always() }
`;

const MAIN = `
import { appendFileSync, writeFileSync } from "node:fs";
const { INPUT_WORD: word, INPUT_SECRET: secret, GITHUB_OUTPUT, GITHUB_STATE, GITHUB_STEP_SUMMARY, RUNNER_TEMP } = process.env;
console.log("word " + word + " secret " + secret);
console.log("::add-mask::made-at-run-time");
console.log("it is made-at-run-time");
appendFileSync(GITHUB_OUTPUT, "said<<END\\nword " + word + "\\nEND\\n");
appendFileSync(GITHUB_STATE, "left=behind\\n");
appendFileSync(GITHUB_STEP_SUMMARY, "## " + word + "\\n");
writeFileSync(RUNNER_TEMP + "/file", "x".repeat(5000));
if (word === "outside") writeFileSync("/tmp/seedbed-must-not-exist", "x");
if (word === "fail") process.exitCode = 1;
if (word === "stubborn") {
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => console.log("got " + name));
  console.log("handlers stand");
  setInterval(() => undefined, 1000);
}
`;

const POST = `console.log("post saw " + process.env.STATE_left);`;

function workflow(change: (text: string) => string = (text) => text): string {
  return change(`name: provision
run-name: "seed \${{ inputs.database }}: \${{ inputs.reason }}"
on: { workflow_dispatch: { inputs: { database: { required: true, type: string }, reason: { type: string } } } }
permissions: {}
jobs:
  plan:
    name: plan
    runs-on: ubuntu-latest
    outputs:
      said: \${{ steps.say.outputs.said }}
    steps:
      - id: say
        uses: acme/seedbed@${PIN}
        with: { word: "\${{ inputs.database }}" }
  seed:
    name: seed (\${{ inputs.database }})
    needs: plan
    runs-on: { group: seedbed, labels: "\${{ fromJSON(vars.LABELS) }}" }
    environment: source
    concurrency: { group: one, cancel-in-progress: false }
    permissions: { contents: read }
    steps:
      - uses: acme/seedbed@${PIN}
        with: { word: "\${{ needs.plan.outputs.said }}", secret: "\${{ secrets.PASSWORD }}" }
      - if: always()
        uses: actions/upload-artifact@${PIN}
        with: { name: "result-\${{ github.run_attempt }}", path: "\${{ runner.temp }}/file" }
`);
}

/** The lines of a job's log, which a test waits for. */
class ShownLog {
  readonly #lines: string[] = [];
  readonly #events = new EventEmitter();

  add(line: string): void {
    this.#lines.push(line);
    this.#events.emit("line");
  }

  async shows(text: string): Promise<void> {
    while (!this.#lines.some((line) => line.includes(text))) await once(this.#events, "line");
  }
}

describe("the simulated runner", () => {
  let folder = "";
  let github: GitHub;
  let runner: Runner;
  let options: RunnerOptions;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "seedbed-runner-"));
    await mkdir(join(folder, "action"));
    for (const [name, text] of Object.entries({ "action.yml": ACTION, "main.mjs": MAIN, "post.mjs": POST }))
      await writeFile(join(folder, "action", name), text);
  });
  afterEach(async () => {
    await runner.close();
    await github.close();
    await rm(folder, { recursive: true });
  });

  async function start(text = workflow(), change: Partial<RunnerOptions> = {}): Promise<void> {
    github = await startGitHub({
      folder,
      owner: "acme",
      name: "databases",
      repositoryId: 5,
      users: [{ login: "ada", id: 1, role: "write" }],
      teams: {},
      app: { id: 7, slug: "seedbed", installationId: 70 },
      ruleset: RULESET,
      files: { ".github/workflows/provision.yml": text },
    });
    options = {
      github,
      actionFolder: join(folder, "action"),
      actionName: "acme/seedbed",
      environments: { source: { variables: {}, secrets: { PASSWORD: "s3cret-word" }, branches: ["main"] } },
      secrets: {},
      variables: { LABELS: '["linux"]' },
      groups: { seedbed: ["linux"] },
      folder: join(folder, "runner"),
      ...change,
    };
    runner = await startRunner(options);
  }

  async function dispatch(database: string, ref = "main"): Promise<WorkflowRun> {
    const inputs = { database, reason: "test" };
    const answer = await person(github, "ada").runWorkflow("provision.yml", inputs, ref);
    return github.runs.all.find(({ id }) => id === answer.json["workflow_run_id"])!;
  }

  const finish = async (database: string, ref = "main") => github.runs.finished(await dispatch(database, ref));
  const kept = (run: WorkflowRun, path: string) => readFile(join(folder, "runner/runs", String(run.id), path), "utf8");

  test("carries out both jobs: inputs, outputs, state, summary, artifact, masks", async () => {
    await start();
    const run = await finish("hr");
    expect(run.conclusion).toBe("success");
    expect(run.title).toBe("seed hr: test");
    expect(run.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ["plan", "success"],
      ["seed (hr)", "success"],
    ]);
    const log = await kept(run, "seed/log.txt");
    expect(log).toContain("word word hr secret ***");
    expect(log).toContain("it is ***");
    expect(log).toContain("post saw behind");
    expect(await kept(run, "plan/job-summary.md")).toBe("## hr\n");
    expect(run.artifacts.map(({ name }) => name)).toEqual(["result-1"]);
    expect(runner.jobs.find(({ job }) => job === "seed")?.files_written_bytes).toBeGreaterThanOrEqual(5000);
  });

  test("a program may write to its own folder and command files only", async () => {
    await start();
    const run = await finish("outside");
    expect(run.conclusion).toBe("failure");
    expect(await kept(run, "plan/log.txt")).toContain("ERR_ACCESS_DENIED");
  });

  test("a job that fails skips what needs it, and the run has failed", async () => {
    await start();
    const run = await finish("fail");
    expect(run.conclusion).toBe("failure");
    expect(run.jobs.map(({ conclusion }) => conclusion)).toEqual(["failure", "skipped"]);
  });

  test("an environment gives its secrets to admitted branches only", async () => {
    await start();
    const ada = person(github, "ada");
    await ada.push({ branch: "evil", edits: { "x.txt": "x" } });
    const run = await finish("hr", "evil");
    expect(run.conclusion).toBe("failure");
    const log = await kept(run, "seed/log.txt");
    expect(log).toContain('Branch "evil" is not allowed to deploy to source');
    expect(log).not.toContain("word ");
  });

  test("an environment that does not exist is created empty", async () => {
    await start(workflow((text) => text.replace("environment: source", "environment: sorce")));
    const run = await finish("hr");
    expect(run.conclusion).toBe("success");
    expect(await kept(run, "seed/log.txt")).toMatch(/word word hr secret $/m);
  });

  test("an output that holds a secret does not leave its job", async () => {
    await start(workflow(), { secrets: { PASSWORD: "s3cret-word", NAME: "hidden-name" } });
    const run = await finish("hidden-name");
    expect(await kept(run, "plan/log.txt")).toContain("Skip output 'said' since it may contain secret.");
    expect(await kept(run, "seed/log.txt")).toContain("word  secret");
  });

  test.each([
    ["another Action", (text: string) => text.replace("acme/seedbed@", "actions/checkout@")],
    ["an input that the Action has not", (text: string) => text.replace("with: { word:", "with: { wrod: x, word:")],
    ["an output of no step", (text: string) => text.replace("steps.say.outputs.said", "steps.say.outputs.siad")],
    ["a group without such runners", (text: string) => text.replace("group: seedbed", "group: other")],
  ])("%s that it does not know is an error, and closing tells it", async (_what, change) => {
    const text = workflow(change);
    expect(text).not.toBe(workflow());
    await start(text);
    const run = await finish("hr");
    expect(run.conclusion).toBe("startup_failure");
    expect(runner.unknown).toHaveLength(1);
    await expect(runner.close()).rejects.toThrow("the runner does not know");
    runner.unknown.splice(0);
  });

  test("a cancel is SIGINT, then SIGTERM, then SIGKILL; what runs always still runs", async () => {
    const log = new ShownLog();
    await start(
      workflow((text) => text.replace('word: "${{ needs.plan.outputs.said }}"', 'word: "stubborn"')),
      { show: (_place, line) => log.add(line) },
    );
    const run = await dispatch("hr");
    await log.shows("handlers stand");
    github.runs.cancel(run);
    await log.shows("got SIGINT");
    github.clock.step(7500);
    await log.shows("got SIGTERM");
    github.clock.step(2500);
    await github.runs.finished(run);
    expect(run.conclusion).toBe("cancelled");
    expect(runner.jobs.at(-1)).toMatchObject({ job: "seed", signals: ["SIGINT", "SIGTERM", "SIGKILL"] });
    const text = await kept(run, "seed/log.txt");
    expect(text).toContain("got SIGINT\ngot SIGTERM");
    expect(text).toContain("post saw");
    expect(run.artifacts.map(({ name }) => name)).toEqual(["result-1"]);
  });

  test("one job of a concurrency group works, one waits, and a newer one takes its place", async () => {
    await start(workflow((text) => text.replace('word: "${{ needs.plan.outputs.said }}"', 'word: "stubborn"')));
    const first = await dispatch("one");
    const seeds = (run: WorkflowRun) => run.jobs.some(({ name }) => name.startsWith("seed"));
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const cancelAndKill = (run: WorkflowRun) => {
      github.runs.cancel(run);
      github.clock.step(10_000);
    };
    await until(() => seeds(first));
    const second = await dispatch("two");
    await until(() => second.jobs[0]?.status === "completed");
    const third = await dispatch("three");
    await github.runs.finished(second);
    expect(second.conclusion).toBe("cancelled");
    await until(() => third.jobs[0]?.status === "completed");
    expect(seeds(third)).toBe(false);
    cancelAndKill(first);
    await until(() => seeds(third));
    cancelAndKill(third);
    await github.runs.finished(third);
  });
});

describe("expressions", () => {
  const contexts = { inputs: { a: "x" }, vars: {}, needs: { plan: { outputs: { labels: '["l"]' } } } };

  test("a whole expression keeps its value, within a text it becomes text", () => {
    expect(interpolate("${{ fromJSON(needs.plan.outputs.labels) }}", contexts)).toEqual(["l"]);
    expect(interpolate("a ${{ inputs.a }} b ${{ inputs.a }}", contexts)).toBe("a x b x");
    expect(interpolate("${{ vars.NOT_SET }}", contexts)).toBe("");
  });

  test.each(["inputs.b", "secrets.X", "inputs['a']", "inputs.a || 'b'", "github.event.head", "always()", "inputs"])(
    "%s is not known",
    (expression) => {
      expect(() => evaluate(expression, contexts)).toThrow(UnknownToRunner);
    },
  );
});

describe("the workflow file", () => {
  test.each([
    ["a key of a job", (text: string) => text.replace("    name: plan\n", "    name: plan\n    container: node\n")],
    ["a shell step", (text: string) => text.replace("      - id: say\n", "      - run: echo\n      - id: say\n")],
    ["another trigger", (text: string) => text.replace("on: { ", "on: { push: {}, ")],
    ["another condition", (text: string) => text.replace("if: always()", "if: failure()")],
    ["a matrix", (text: string) => text.replace("    needs: plan\n", "    needs: plan\n    strategy: {}\n")],
    ["an Action by tag", (text: string) => text.replace(`acme/seedbed@${PIN}`, "acme/seedbed@v1")],
    [
      "a cancel of the one that works",
      (text: string) => text.replace("cancel-in-progress: false", "cancel-in-progress: true"),
    ],
    ["a permission that the template has not", (text: string) => text.replace("contents: read", "packages: write")],
  ])("%s is refused", (_what, change) => {
    const text = workflow(change);
    expect(text).not.toBe(workflow());
    expect(() => parseWorkflow(text)).toThrow(UnknownToRunner);
    expect(Object.keys(parseWorkflow(workflow()).jobs)).toEqual(["plan", "seed"]);
  });
});
