import examples from "@octokit/webhooks-examples";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_PULLS, MAIN, MERGE_GROUPS } from "../../../bot/reconcile/keys.ts";
import { readEvent } from "../../../bot/reconcile/read-event.ts";
import type { GitHub } from "./github.ts";
import { person } from "./person.ts";
import { startSample } from "./start-sample.ts";

interface Published {
  name: string;
  examples: object[];
}

const published = examples as unknown as Published[];
const EVENTS = [
  "pull_request",
  "pull_request_review",
  "push",
  "issue_comment",
  "check_run",
  "workflow_run",
  "merge_group",
];

/** Fields that GitHub documents and that no published capture has: most are younger, the others were not captured for an App or on a pull request. */
const NOT_CAPTURED = [
  "issue.pull_request",
  "installation",
  "repository.visibility",
  "pull_request.head.repo.visibility",
  "pull_request.base.repo.visibility",
  "workflow_run.display_title",
  "workflow_run.triggering_actor",
  "workflow_run.run_attempt",
  "workflow_run.run_started_at",
  "workflow_run.referenced_workflows",
  "workflow_run.path",
  // Why a group was destroyed, or a pull request taken out of the queue.
  "reason",
];

describe("webhooks of the simulated GitHub", () => {
  let github: GitHub;

  beforeAll(async () => {
    github = await startSample({
      rules: [{ type: "pull_request", parameters: { dismiss_stale_reviews_on_push: true } }],
      files: { ".github/workflows/provision.yml": "on: { workflow_dispatch: { inputs: {} } }\n" },
    });
    await actOut(github);
  });
  afterAll(() => github.close());

  test.each(EVENTS)("%s has only fields of the published ones, with their types", (event) => {
    const sent = github.webhooks.deliveries.filter((delivery) => delivery.event === event);
    expect(sent.length).toBeGreaterThan(0);
    const known = new Map<string, Set<string>>();
    for (const example of examplesOf(event)) collect(example, "", known);
    const strange = sent.flatMap(({ body }) => differences(JSON.parse(body) as object, known));
    expect([...new Set(strange)]).toEqual([]);
  });
});

describe("published webhooks", () => {
  test.each(EVENTS.flatMap((event) => examplesOf(event).map((example, index) => [event, index, example] as const)))(
    "%s %i is read as a hint about something that exists",
    (event, _index, example) => {
      const keys = readEvent(event, example, "main");
      const forms = [MAIN, ALL_PULLS, MERGE_GROUPS, /^(?:pull|comments)\/[1-9]\d*$/, /^head\/[0-9a-f]{40}$/];
      for (const key of keys)
        expect(forms.some((form) => (typeof form === "string" ? form === key : form.test(key)))).toBe(true);
      if (event.startsWith("pull_request") || ["workflow_run", "merge_group"].includes(event))
        expect(keys).not.toEqual([]);
    },
  );
});

/** Everything that the story makes GitHub send. */
async function actOut(github: GitHub): Promise<void> {
  const [ada, grace] = [person(github, "ada"), person(github, "grace")];
  await ada.push({ branch: "hr", edits: { "a.txt": "a\n" } });
  const pull = await ada.openPull("hr", "Ask");
  await grace.review(pull, "APPROVE");
  await ada.push({ branch: "hr", edits: { "a.txt": "b\n" } });
  const comment = await ada.comment(pull, "hello");
  await ada.api("PATCH", `/issues/comments/${Number(comment.json["id"])}`, { body: "hello again" });
  const head = github.state.pulls[0]!.headSha;
  const check = {
    name: "seedbed/validate",
    head_sha: head,
    status: "completed",
    conclusion: "success",
    output: { title: "t", summary: "s" },
  };
  const response = await fetch(`${github.url}/repos/acme/databases/check-runs`, {
    method: "POST",
    headers: { authorization: `token ${github.tokens.forInstallation()}` },
    body: JSON.stringify(check),
  });
  expect(response.status).toBe(201);
  await ada.runWorkflow("provision.yml", {});
  await grace.merge(pull);
  await ada.api("PATCH", `/pulls/${pull}`, { state: "closed" });
  github.state.ruleset.rules.push({ type: "merge_queue", parameters: { min_entries_to_merge: 2 } });
  await ada.push({ branch: "next", edits: { "b.txt": "b\n" } });
  const next = await ada.openPull("next", "Ask again");
  expect([await ada.enqueue(next), await ada.dequeue(next), await ada.enqueue(next)]).toEqual([null, null, null]);
}

function examplesOf(event: string): object[] {
  return published.find(({ name }) => name === event)?.examples ?? [];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Every path of a payload with the types that were seen there. */
function collect(value: unknown, path: string, known: Map<string, Set<string>>): void {
  known.set(path, (known.get(path) ?? new Set()).add(typeOf(value)));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return;
  for (const [name, part] of Object.entries(value)) collect(part, path === "" ? name : `${path}.${name}`, known);
}

function differences(payload: object, known: Map<string, Set<string>>): string[] {
  const mine = new Map<string, Set<string>>();
  collect(payload, "", mine);
  return [...mine].flatMap(([path, types]) => {
    if (NOT_CAPTURED.some((one) => path === one || path.startsWith(`${one}.`))) return [];
    const there = known.get(path);
    if (there === undefined) return onlyNullAbove(path, known) ? [] : [`${path} is not published`];
    // What is null in every capture may be something else in another.
    const fits = [...types].every(
      (type) => type === "null" || there.has(type) || (there.size === 1 && there.has("null")),
    );
    return fits ? [] : [`${path} is ${[...types].join()} and not ${[...there].join()}`];
  });
}

/** Below something that is null in every capture nothing can be known. */
function onlyNullAbove(path: string, known: Map<string, Set<string>>): boolean {
  const parts = path.split(".");
  return parts.some((_, index) => {
    const types = known.get(parts.slice(0, index).join("."));
    return index > 0 && types?.size === 1 && types.has("null");
  });
}
