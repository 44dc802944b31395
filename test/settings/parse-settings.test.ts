import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../src/settings/parse-settings.ts";
import { pointAt, problemsOf, readSettingsText } from "../request/read-example.ts";

const TEXT = readSettingsText();
const PATH = ".github/seedbed.yml";

function problemsWith(from: string | RegExp, to: string) {
  const text = TEXT.replace(from, () => to);
  if (text === TEXT) throw new Error(`The settings have no ${from}`);
  return { text, problems: problemsOf(parseSettings(text, PATH)) };
}

describe("parseSettings", () => {
  it("takes the example and fills in every default", () => {
    const parsed = parseSettings(TEXT, PATH);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.warnings).toEqual([]);
    expect(parsed.value.platform).toEqual({ teams: ["acme/platform"], users: [] });
    expect(parsed.value.sources["hr-prod"]).toMatchObject({
      dba: { teams: ["acme/dba"], users: [], required: 1 },
      reseed: { users: ["ada"], teams: [] },
      ssh: { port: 22 },
      listener: { host: "127.0.0.1", port: 1521 },
      windows: [],
      at_once: 1,
      stopped: false,
    });
    expect(parsed.value.sources["orders-prod"]).toMatchObject({
      reseed: { users: [], teams: [] },
      runner: { labels: [] },
    });
    expect(parsed.value.bases["free-26ai"]?.platform).toBe("linux/amd64");
  });

  it("needs no policy and no approval", () => {
    const parsed = parseSettings(TEXT.replace(/policy:[^]*$/, "").replace(/approval:[^]*?\n\n/, ""), PATH);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.value.policy).toEqual({ all_schemas: false, inline_sources: false, max_lifetime_days: 180 });
    expect(parsed.value.approval).toEqual({ keys: [], expires_days: 14 });
  });

  const rows: [string, string | RegExp, string, string[]][] = [
    ["a later version", "version: 1", "version: 2", ["not-allowed 2:10 2"]],
    ["an unknown key", "  max_lifetime_days", "  max_lifetime", ["unknown-key 73:3 max_lifetime"]],
    ["a team without its organisation", "acme/platform", "platform", ["bad-form 6:11 platform"]],
    ["a platform of nobody", "teams: [acme/platform]", "teams: []", ["nobody 5:1 platform"]],
    [
      "a source that nobody may approve",
      "dba: { teams: [acme/dba], required: 1 }",
      "dba: { required: 1 }",
      ["nobody 17:5 dba"],
    ],
    [
      "more approvals than people",
      "dba: { teams: [acme/dba], required: 1 }",
      "dba: { users: [grace], required: 2 }",
      ["out-of-range 17:38 2"],
    ],
    [
      "one user too few, with a user of the wrong form who may be the second",
      "dba: { teams: [acme/dba], required: 1 }",
      "dba: { users: [grace, 7], required: 2 }",
      ["wrong-type 17:27 7"],
    ],
    ["a public key that is none", /public_key: .*/, "public_key: AAAA", ["bad-form 12:19 AAAA"]],
    [
      "a host key that is cut",
      /host_key: (.*)\n    service_name: HRPDB/,
      "host_key: ssh-ed25519 AAAAC3Nz\n    service_name: HRPDB",
      ["bad-form 22:17 ssh-ed25519 AAAAC3Nz"],
    ],
    [
      "a base by tag",
      /image: registry.example\/base\/free@\S+/,
      "image: registry.example/base/free:latest",
      ["bad-form 52:12 registry.example/base/free:latest"],
    ],
    ["a profile that is not supported", "profile: gvenzl-free", "profile: xe-21c", ["not-allowed 53:14 xe-21c"]],
    [
      "a registry with a scheme",
      "repository: registry.example/dev",
      "repository: https://registry.example/dev",
      ["bad-form 48:24 https://registry.example/dev"],
    ],
    [
      "an environment of two sources",
      "environment: source-orders-prod",
      "environment: Source-HR-prod",
      ["shared-environment 39:18 Source-HR-prod"],
    ],
    ["a window that is empty", 'to: "04:00"', 'to: "22:00"', ['empty-window 43:63 "22:00"']],
    ["a name that no object of Kubernetes has", "store: vault", "store: a..b", ["bad-form 63:39 a..b"]],
    ["a time of day that is none", 'to: "04:00"', 'to: "24:00"', ['bad-form 43:63 "24:00"']],
    ["a project that is no id", '"c-m-2:p-1"', "dev", ["bad-form 66:32 dev"]],
    ["a store that is missing", "{ kind: external, store: vault }", "{ kind: external }", ["missing-key 63:5 secrets"]],
    [
      "a store that means nothing",
      "{ kind: existing }",
      "{ kind: existing, store: vault }",
      ["unknown-key 67:32 store"],
    ],
    [
      "certificates that have not what their kind needs, and what they cannot use",
      "issuer: { name: internal-ca }",
      "name: x",
      ["missing-key 68:5 certificates", "unknown-key 68:41 name"],
    ],
    [
      "a Secret with certificates that no object of Kubernetes has, and an issuer of a kind that is none",
      "name: internal-ca",
      "name: a..b, kind: Vault",
      ["bad-form 68:57 a..b", "not-allowed 68:69 Vault"],
    ],
    [
      "a login for pulling that has not what its kind needs, and what it cannot use",
      "keep_images: 2 }",
      "keep_images: 2, pull_secret: { kind: external, store: vault, name: x } }",
      ["missing-key 48:62 pull_secret", "unknown-key 48:107 name"],
    ],
    [
      "a condition on nodes without values, and a toleration of nothing with one",
      "secrets: { kind: existing }",
      "secrets: { kind: existing }\n    workloads: { scheduling: { node_affinity: [{ key: a, operator: In }], tolerations: [{ key: b, operator: Exists, value: c }] } }",
      ["missing-key 68:48 { key: a, operator: In }", "unknown-key 68:117 value"],
    ],
    [
      "labels of others, and a project that is not there",
      "secrets: { kind: existing }",
      "secrets: { kind: existing }\n    project_workloads: { dev: { metadata: { labels: { app.kubernetes.io/name: x, example.com/a: y } } } }",
      ["unknown-project 68:26 dev", "taken-name 68:55 app.kubernetes.io/name"],
    ],
    [
      "services for everybody, and a block that is written as none",
      "secrets: { kind: existing }",
      "secrets: { kind: existing }\n    workloads: { network: { service_types: [NodePort] } }\n    project_workloads: { dev-databases: { network: { source_ranges: [10.1.2.3/16] } } }",
      ["missing-key 68:18 network", "bad-form 69:70 10.1.2.3/16"],
    ],
    ["a name that requests could not write", "  rke-dev:", "  RKE_Dev:", ["bad-name 60:3 RKE_Dev"]],
    [
      "a password",
      "    directory: SEEDBED_DIR\n    environment: source-hr-prod",
      "    directory: SEEDBED_DIR\n    password: x\n    environment: source-hr-prod",
      ["secret-in-file 25:5 password"],
    ],
  ];

  it.each(rows)("refuses %s", (...row) => {
    const [, from, to, expected] = row;
    const { text, problems } = problemsWith(from, to);
    expect(problems.map((problem) => pointAt(problem, text))).toEqual(expected);
  });

  it("warns where a placeholder of new settings was left", () => {
    const text = TEXT.replace(/base\/free@sha256:\w{64}/, `base/free@sha256:${"0".repeat(64)}`).replace(
      /keys:\n(?: {4}.*\n)+/,
      "keys: []\n",
    );
    const parsed = parseSettings(text, PATH);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(
      parsed.warnings.map((problem) => [problem.severity, pointAt(problem, text).replace(/\d+:\d+/, "at")]),
    ).toEqual([
      ["warning", "no-approval-keys at keys"],
      ["warning", `placeholder-digest at registry.example/base/free@sha256:${"0".repeat(64)}`],
    ]);
  });

  it.each(["pkcs8 der", "pkcs8 pem"])("names a private key for what it is, and never repeats it: %s", (form) => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const text =
      form === "pkcs8 der"
        ? privateKey.export({ type: "pkcs8", format: "der" }).toString("base64")
        : JSON.stringify(privateKey.export({ type: "pkcs8", format: "pem" }));
    const { problems } = problemsWith(/public_key: .*/, `public_key: ${text}`);
    expect(problems.map((problem) => problem.code)).toEqual(["private-key"]);
    expect(JSON.stringify(problems)).not.toContain(text.slice(30, 60));
  });

  it("takes any Ed25519 public key as OpenSSL and Node write it", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const text = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    expect(problemsWith(/public_key: .*/, `public_key: ${text}`).problems).toEqual([]);
    const longer = Buffer.concat([Buffer.from(text, "base64"), Buffer.alloc(3)]).toString("base64");
    expect(problemsWith(/public_key: .*/, `public_key: ${longer}`).problems).toMatchObject([{ code: "bad-form" }]);
    const { publicKey: rsa } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const other = rsa.export({ type: "spki", format: "der" }).toString("base64");
    expect(problemsWith(/public_key: .*/, `public_key: ${other}`).problems).not.toEqual([]);
  });
});
