import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../lock/example-lock.ts";
import { needs } from "../../need.ts";
import { clusterAssets, missingForControlPlane } from "../assets.ts";
import { demoTrees, exampleTrees, goldenTrees } from "../manifests/trees.ts";
import { addDefinition, convertPublished, rewriteForeign } from "./schemas.ts";
import { WAIVERS, type Finding } from "./waivers.ts";

const TOP = join(import.meta.dirname, "../../..");
const KINDS = ["external-secret-kind.yaml", "certificate-kind.yaml"].map((file) =>
  readFileSync(join(import.meta.dirname, "../manifests", file), "utf8"),
);

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
  const schemas = { published: join(folder, "published"), foreign: join(folder, "foreign") };
  const hasForeign = needs("kubernetes-validate");
  let bin: string;
  beforeAll(async () => {
    const assets = await clusterAssets();
    bin = join(assets, "bin");
    convertPublished(join(assets, "api/swagger.json"), schemas.published);
    if (hasForeign) rewriteForeign(await foreignSchemas(), schemas.foreign);
    for (const set of Object.values(schemas)) for (const kind of KINDS) addDefinition(kind, set);
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

  /** Where the package has its schemas of the newest version that it knows, the strict ones. */
  async function foreignSchemas(): Promise<string> {
    const { said } = await run("python3", ["-c", "import kubernetes_validate; print(kubernetes_validate.__path__[0])"]);
    const all = join(said.trim(), "kubernetes-json-schema");
    const newest = globSync("*-local-strict", { cwd: all }).toSorted((one, other) =>
      one.localeCompare(other, "en", { numeric: true }),
    );
    return join(all, newest.at(-1)!);
  }

  // A finding of only one set is that set's fault.
  describe.each([
    ["as Kubernetes describes them", schemas.published, true],
    ["as kubernetes-validate does", schemas.foreign, hasForeign],
  ])("kubeconform, with schemas %s,", (_, set, isThere) => {
    const kubeconform = (path: string): Promise<Run> => {
      const location = `${set}/{{ .ResourceKind }}{{ .KindSuffix }}.json`;
      return run(join(bin, "kubeconform"), ["-strict", "-summary", "-n", "1", "-schema-location", location, path]);
    };

    test.skipIf(!isThere)("finds nothing wrong", async () => {
      const { code, said } = await kubeconform(manifests);
      const summary = expect.stringMatching(/Valid: \d{3}, Invalid: 0, Errors: 0, Skipped: 0/) as string;
      expect({ code, said }).toEqual({ code: 0, said: summary });
    });

    test.skipIf(!isThere)("would find a mistake, and a kind that nobody describes", async () => {
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
      const unknown = "apiVersion: acme.example/v1\nkind: Thing\nmetadata: { name: a }\n";
      expect(await said(unknown)).toContain("could not find schema");
    });
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
