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

/** The final state without what differs between two plays: times, and the digests and ids that depend on them. */
export async function finalState(world: MainWorld) {
  const neutral = (text: string) =>
    text
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replace(/sha256:[0-9a-f]{64}/g, "<digest>")
      .replace(/\b[0-9a-f]{12,40}\b/g, "<hash>")
      .replace(/signature: k1 .*/g, "<signature>")
      .replace(/\b(run |run-|runs\/|id: |check: |run: )"?\d{4,6}\b/g, "$1<id>")
      .replace(/"1\d{4}"/g, "<id>");
  const paths = (await world.github.state.git.git(["ls-tree", "-r", "--name-only", "main"])).trim().split("\n");
  const texts = await Promise.all(paths.map((path) => world.show(path)));
  return {
    history: (await world.history()).map(neutral),
    files: paths
      .map((path, index) => [path, neutral(texts[index] ?? "")])
      .filter(([path]) => !path?.startsWith(".github")),
    comments: world.github.state.comments.map(({ issue, body }) => [issue, neutral(body)]),
    issues: world.github.state.issues.map(({ title }) => title),
    runs: world.github.runs.all.map(({ title, status, conclusion }) => [neutral(title), status, conclusion]),
  };
}
