import { mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import { fillTemplate, TEMPLATE_PATHS } from "../../src/templates/fill-templates.ts";
import { parseWorkflow } from "../world/runner/workflow.ts";

const TOP = join(import.meta.dirname, "../..");
const FILL = {
  action: `acme/seedbed@${"5eedbed".padEnd(40, "0")}`,
  app: "7",
  owner: "acme",
  repository: "https://github.com/acme/databases",
};
const read = (path: string) => readFile(join(TOP, path), "utf8");

interface ActionFile {
  inputs: Record<string, object>;
  outputs: Record<string, object>;
  runs: object;
}

describe("action.yml and the bundle", () => {
  test("runs on Node 24, cleans up always, and declares what the workflow uses", async () => {
    const action = parse(await read("action.yml")) as ActionFile;
    expect(action.runs).toEqual({ using: "node24", main: "dist/main.js", post: "dist/post.js", "post-if": "always()" });
    expect(Object.keys(action.inputs)).toEqual([
      "command",
      "database",
      "reason",
      "source",
      "github_token",
      "ssh_private_key",
      "ssh_passphrase",
      "source_user",
      "source_password",
      "registry_username",
      "registry_password",
      "base_username",
      "base_password",
    ]);
    expect(Object.keys(action.outputs)).toEqual([
      "environment",
      "runner_group",
      "runner_labels",
      "concurrency_group",
      "work",
      "result",
      "image",
      "image_digest",
      "dump_set",
      "generation",
      "outcome",
    ]);
  });

  test("each file is readable and below 4 MB, and nothing in ours calls process.exit", async () => {
    for (const name of ["main.js", "post.js", "seedbed.js"]) {
      const text = await read(`dist/${name}`);
      expect(Buffer.byteLength(text)).toBeLessThan(4_000_000);
      expect(text.split("\n").length).toBeGreaterThan(20_000);
    }
    // Commander has one, for programs that do not override it; ours does.
    for (const name of ["main.js", "post.js"]) expect(await read(`dist/${name}`)).not.toMatch(/\bprocess2?\d*\.exit\(/);
  });

  test("the licences of what is inside lie beside it", async () => {
    const text = await read("dist/licenses.txt");
    for (const name of ["oracledb", "ssh2", "ajv", "yaml", "@actions/core", "commander"])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    expect(text).toContain("Permission is hereby granted");
  });

  test("the bundle runs where no package is installed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "seedbed-bundle-"));
    try {
      await symlink(join(TOP, "dist"), join(folder, "dist"));
      const { stdout, exitCode } = await execa(process.execPath, [join(folder, "dist/cli.js"), "--help"], {
        cwd: folder,
      });
      expect({ exitCode, help: stdout.includes("Oracle development databases") }).toEqual({ exitCode: 0, help: true });
      expect((await stat(join(TOP, "dist/cli.js"))).mode & 0o111).not.toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("templates", () => {
  let texts: Record<string, string> = {};
  beforeAll(async () => {
    const names = Object.keys(TEMPLATE_PATHS);
    const filled = await Promise.all(
      names.map(async (name) => [name, fillTemplate(await read(`src/templates/${name}`), FILL)]),
    );
    texts = Object.fromEntries(filled) as Record<string, string>;
  });
  afterAll(() => expect(Object.values(texts).join("\n")).not.toMatch(/SEEDBED_(ACTION|APP_ID|OWNER)\b/));

  test("the workflow has one trigger, no shell, no checkout, no cache, and only pinned actions", () => {
    const text = texts["provision.yml"] ?? "";
    const workflow = parseWorkflow(text);
    expect(Object.keys((parse(text) as { on: object }).on)).toEqual(["workflow_dispatch"]);
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs["plan"]?.permissions).toEqual({ contents: "read" });
    expect(workflow.jobs["seed"]?.permissions).toEqual({ contents: "read", deployments: "write" });
    const uses = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map((step) => step.uses));
    expect(uses).toEqual([
      FILL.action,
      FILL.action,
      "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f",
    ]);
    expect(text).not.toMatch(/^\s*(run|env):/m);
  });

  test("an input chooses neither environment nor runner nor concurrency group", () => {
    const { jobs } = parse(texts["provision.yml"] ?? "") as { jobs: Record<string, Record<string, unknown>> };
    for (const job of Object.values(jobs)) {
      const chosen = JSON.stringify([job["runs-on"], job["environment"], job["concurrency"]]);
      expect(chosen).not.toContain("inputs.");
    }
  });

  test("the ruleset asks for the App's three checks and lets only the App past", () => {
    const ruleset = JSON.parse(texts["ruleset.json"] ?? "") as {
      bypass_actors: object[];
      rules: { type: string; parameters?: { required_status_checks?: object[] } }[];
    };
    expect(ruleset.bypass_actors).toEqual([{ actor_id: 7, actor_type: "Integration", bypass_mode: "always" }]);
    const checks = ruleset.rules.find(({ type }) => type === "required_status_checks")?.parameters;
    expect(checks).toMatchObject({
      strict_required_status_checks_policy: true,
      required_status_checks: ["validate", "render", "dba-approval"].map((name) => ({
        context: `seedbed/${name}`,
        integration_id: 7,
      })),
    });
    const pull = ruleset.rules.find(({ type }) => type === "pull_request")?.parameters;
    expect(pull).toMatchObject({
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: false,
      allowed_merge_methods: ["squash"],
    });
  });

  test("push rules: workflows for those who are added, what programs write for the App alone", () => {
    const read = (name: string) =>
      JSON.parse(texts[name] ?? "") as { target: string; bypass_actors: { actor_type: string; actor_id: number }[] };
    const app = { actor_id: 7, actor_type: "Integration", bypass_mode: "always" };
    expect(read("push-rules-workflows.json")).toMatchObject({ target: "push", bypass_actors: [{ actor_id: 5 }, app] });
    expect(read("push-rules-generated.json")).toMatchObject({ target: "push", bypass_actors: [app] });
  });

  test("the settings to begin with hold", () => {
    expect(parseSettings(texts["seedbed.yml"] ?? "", ".github/seedbed.yml")).toMatchObject({ ok: true });
  });

  test("an Action by tag, an App without a number are refused", () => {
    expect(() => fillTemplate("", { ...FILL, action: "acme/seedbed@v1" })).toThrow(
      "does not name an Action by its full SHA",
    );
    expect(() => fillTemplate("", { ...FILL, app: "seedbed" })).toThrow("is not an App id");
    expect(() => fillTemplate("", { ...FILL, owner: "a b" })).toThrow("is not a valid organisation name");
  });
});
