import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../lock/example-lock.ts";
import { needs } from "../../need.ts";
import { clusterAssets, missingForControlPlane } from "../assets.ts";
import { demoTrees, exampleTrees, goldenTrees } from "../manifests/trees.ts";
import { writeSchemas } from "./schemas.ts";
import { WAIVERS, type Finding } from "./waivers.ts";

const TOP = join(import.meta.dirname, "../../..");
const EXTERNAL_SECRET = readFileSync(join(import.meta.dirname, "../manifests/external-secret-kind.yaml"), "utf8");

/** What an installation of the bot has to say. */
const BOT = {
  image: { repository: "registry.example/seedbed-bot", digest: digestOf("7") },
  github: { repository: "acme/databases", appId: "7" },
  secrets: { existing: "seedbed-keys" },
};

interface Run {
  code: number;
  said: string;
}

describe.skipIf(missingForControlPlane() !== null)("by its defaults", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedbed-linters-"));
  const manifests = join(folder, "manifests");
  const schemas = join(folder, "schemas");
  let bin: string;
  beforeAll(async () => {
    const assets = await clusterAssets();
    bin = join(assets, "bin");
    writeSchemas(join(assets, "api/swagger.json"), [EXTERNAL_SECRET], schemas);
    for (const [at, { files }] of [...goldenTrees(), ...exampleTrees(), ...demoTrees()].entries()) {
      mkdirSync(join(manifests, String(at)), { recursive: true });
      // fleet.yaml is Fleet's, which has no schema of it.
      for (const { path, text } of files.filter((file) => !file.path.endsWith("fleet.yaml")))
        writeFileSync(join(manifests, String(at), basename(path)), text);
    }
    const values = join(folder, "values.json");
    writeFileSync(values, JSON.stringify(BOT));
    const chart = join(TOP, "charts/seedbed");
    const { code, said } = await run(join(bin, "helm"), [
      "template",
      "bot",
      chart,
      "--namespace",
      "bot",
      "--values",
      values,
    ]);
    expect(code, said).toBe(0);
    writeFileSync(join(manifests, "bot.yaml"), said);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(program: string, args: string[], cwd = folder): Promise<Run> {
    const { exitCode = -1, all } = await execa(program, args, { cwd, reject: false, all: true });
    return { code: exitCode, said: all };
  }

  /** Findings that no waiver has, and waivers that no finding has. */
  function expectWaived(linter: Finding["linter"], findings: readonly Finding[]): void {
    const waivers = WAIVERS.filter((waiver) => waiver.linter === linter);
    const fits = (finding: Finding, { check, object }: (typeof WAIVERS)[number]): boolean =>
      finding.check === check && object.test(finding.object);
    expect({
      findings: findings.filter((finding) => !waivers.some((waiver) => fits(finding, waiver))),
      stale: waivers.filter((waiver) => !findings.some((finding) => fits(finding, waiver))).map(({ check }) => check),
    }).toEqual({ findings: [], stale: [] });
  }

  const kubeconform = (path: string): Promise<Run> =>
    run(join(bin, "kubeconform"), [
      "-strict",
      "-summary",
      "-n",
      "1",
      "-schema-location",
      `${schemas}/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
      path,
    ]);

  test("kubeconform finds every object as Kubernetes describes it", async () => {
    const { code, said } = await kubeconform(manifests);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Valid: \d{3}, Invalid: 0, Errors: 0, Skipped: 0/) as string,
    });
  });

  test("kubeconform would find a mistake, and a kind that nobody describes", async () => {
    const file = join(folder, "mistake.yaml");
    const said = async (text: string): Promise<string> => {
      writeFileSync(file, text);
      const { code, said: words } = await kubeconform(file);
      expect(code).toBe(1);
      return words;
    };
    const good = goldenTrees()[0]!.files.find(({ path }) => path.endsWith("40-database.yaml"))!.text;
    expect(await said(good.replace("serviceName:", "servceName:"))).toContain("servceName");
    expect(await said(good.replace("  replicas: 0", "  replicas: none"))).toContain("/spec/replicas");
    expect(await said("apiVersion: acme.example/v1\nkind: Thing\nmetadata: { name: a }\n")).toContain(
      "could not find schema",
    );
  });

  test("kube-score finds nothing that is not waived", async () => {
    const files = globSync(`${manifests}/**/*.yaml`);
    const { said } = await run(join(bin, "kube-score"), ["score", "--output-format", "json", ...files]);
    const scored = JSON.parse(said) as Scored[];
    expect(scored.length).toBeGreaterThan(20);
    expectWaived("kube-score", scored.flatMap(findingsOf));
  });

  test.skipIf(!needs("checkov"))("Checkov finds nothing that is not waived", async () => {
    const { said } = await run("checkov", [
      "-d",
      manifests,
      "--framework",
      "kubernetes",
      "--compact",
      "--quiet",
      "--skip-download",
      "-o",
      "json",
    ]);
    const { results } = JSON.parse(said) as { results: { failed_checks: { check_id: string; resource: string }[] } };
    expectWaived(
      "checkov",
      results.failed_checks.map(({ check_id: check, resource }) => {
        const [kind = "", , ...name] = resource.split(".");
        return { linter: "checkov", check, object: `${kind} ${name.join(".")}` };
      }),
    );
  });

  test("actionlint finds nothing in any workflow", async () => {
    const workflow = join(folder, "provision.yml");
    const shipped = readFileSync(join(TOP, "src/templates/provision.yml"), "utf8");
    writeFileSync(workflow, shipped.replaceAll("uses: SEEDBED_ACTION", `uses: acme/seedbed@${"a".repeat(40)}`));
    const files = [...globSync(join(TOP, ".github/workflows/*.yml")), workflow];
    expect(files.length).toBeGreaterThan(1);
    expect(await run(join(bin, "actionlint"), ["-no-color", ...files], TOP)).toEqual({ code: 0, said: "" });
  });
});

interface Scored {
  type_meta: { kind: string };
  object_meta: { name: string };
  checks: { check: { id: string }; grade: number; skipped: boolean }[];
}

/** kube-score's best grade. */
const ALL_OK = 10;

function findingsOf({ type_meta: { kind }, object_meta: { name }, checks }: Scored): Finding[] {
  const found = checks.filter(({ grade, skipped }) => !skipped && grade < ALL_OK);
  return found.map(({ check: { id } }) => ({ linter: "kube-score", check: id, object: `${kind} ${name}` }));
}
