import { failedOf, finishRun, takeRun } from "./fake-runner.ts";
import { exampleRequest, startMainWorld, type MainWorld } from "./main-world.ts";

export type Look = (world: MainWorld) => Promise<unknown>;

/** Merge, failure, a DBA's retry, a refused writer: together they need every kind of write to main. */
export async function playScenario(look: Look): Promise<MainWorld> {
  const world = await startMainWorld();
  await world.merge({ branch: "hr", edits: await exampleRequest() });
  await look(world);
  await finishRun(world, await takeRun(world), { conclusion: "failure", result: failedOf });
  await look(world);
  await world.people.grace.runWorkflow("provision.yml", { database: "hr", reason: "fixed" });
  await look(world);
  await finishRun(world, await takeRun(world));
  await look(world);
  await world.people.eve.runWorkflow("provision.yml", { database: "hr", reason: "mine" });
  await look(world);
  return world;
}

/**
 * Everything that a play left in git and on GitHub, without what differs between two plays: times, the digests and ids that depend on
 * them, and which of two conversations was written to first.
 */
export async function finalState({ github }: Pick<MainWorld, "github">) {
  const { git, comments, issues, pulls, checkRuns } = github.state;
  const neutral = (text: string) =>
    text
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replace(/sha256:[0-9a-f]{64}/g, "<digest>")
      .replace(/\b[0-9a-f]{12,40}\b/g, "<hash>")
      .replace(/\b[0-9a-f]{7}\.\.[0-9a-f]{7}\b/g, "<range>")
      .replace(/\bpush-\d+\b/g, "push-<id>")
      .replace(/signature: k1 .*/g, "<signature>")
      .replace(/\b(run |run-|runs\/|id: |check: |run: )"?\d{4,6}\b/g, "$1<id>")
      .replace(/"1\d{4}"/g, "<id>");
  const log = await git.git(["log", "--format=%an <%ae>, %cn: %s", "--name-status", "--no-renames", "main"]);
  const paths = (await git.git(["ls-tree", "-r", "--name-only", "main"])).trim().split("\n");
  const texts = await Promise.all(paths.map((path) => git.git(["show", `main:${path}`])));
  const checksOf = ({ number, headSha }: { number: number; headSha: string }) =>
    checkRuns
      .filter((run) => run.headSha === headSha)
      .map(({ name, conclusion, title }) => `#${number} ${name} ${conclusion}: ${neutral(title ?? "")}`)
      .toSorted();
  return {
    history: neutral(log),
    files: paths
      .map((path, index) => [path, neutral(texts[index] ?? "")])
      .filter(([path]) => !path?.startsWith(".github")),
    comments: comments.map(({ issue, body }) => [issue, neutral(body)] as const).toSorted(([a], [b]) => a - b),
    issues: issues.map(({ title }) => title),
    checks: pulls.flatMap(checksOf),
    runs: github.runs.all.map(({ title, status, conclusion }) => [neutral(title), status, conclusion]),
  };
}
