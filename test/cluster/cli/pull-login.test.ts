import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDockerLogins } from "../../../src/adapters/docker-logins.ts";
import { SETTINGS } from "../../cli/repository.ts";
import { Programs } from "../../registry-login/programs.ts";
import { writeKubeconfig } from "../adapter/kubeconfigs.ts";
import { missingForControlPlane } from "../assets.ts";
import type { ClusterObject } from "../cluster-object.ts";
import type { ControlPlane } from "../control-plane.ts";
import { startPlaneWithKinds } from "../manifests/plane-with-kinds.ts";
import { startClusterRepository, type ClusterRepository } from "./command-line.ts";
import { NAMESPACE, put, seedRepository } from "./live-database.ts";

const OTHER = "canary-other";

describe.skipIf(missingForControlPlane() !== null)("the pull Secret from a person's Docker login", () => {
  let plane: ControlPlane;
  let repository: ClusterRepository;
  let programs: Programs;
  /** Everything that the command line ever printed here. */
  let printed = "";
  beforeAll(async () => {
    programs = await Programs.open();
    plane = await startPlaneWithKinds();
    const environment = { PATH: programs.path, HOME: programs.folder };
    const { signal } = new AbortController();
    repository = await startClusterRepository(plane, {
      findLogin: (host) => openDockerLogins({ environment, signal }).find(host),
    });
    await seedRepository(repository);
  });
  afterAll(async () => {
    await repository?.remove();
    await plane?.close();
    await programs?.remove();
    expect(printed).not.toMatch(/canary/i);
    for (const secret of ["ada:canary-first", "ada:canary-second", `AWS:canary-third`])
      expect(printed).not.toContain(Buffer.from(secret).toString("base64"));
  });

  const deploy = async (...args: string[]) => {
    const ended = await repository.run("deploy", "hr", "--no-wait", ...args);
    printed += ended.out + ended.err;
    return ended;
  };
  const secret = (more: object = {}): ClusterObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull-seeds", namespace: NAMESPACE, ...more },
  });
  const live = async () => (await plane.client.get(secret())).object;
  /** What the Secret opens: registries by their keys, with user and password. */
  const opened = async () => {
    const { type, data } = (await live()) as ClusterObject & { type: string; data: Record<string, string> };
    expect([type, Object.keys(data)]).toEqual(["kubernetes.io/dockerconfigjson", [".dockerconfigjson"]]);
    const config = JSON.parse(Buffer.from(data[".dockerconfigjson"]!, "base64").toString()) as {
      auths: Record<string, { auth: string }>;
    };
    expect(Object.keys(config)).toEqual(["auths"]);
    return Object.entries(config.auths).map(([key, { auth }]) => [key, Buffer.from(auth, "base64").toString()]);
  };
  const logIn = async (config: object) => {
    await mkdir(join(programs.folder, ".docker"), { recursive: true });
    await writeFile(join(programs.folder, ".docker/config.json"), JSON.stringify(config));
  };
  const ours = (password: string) => ({
    auths: {
      "registry.example": { auth: Buffer.from(`ada:${password}`).toString("base64") },
      "ghcr.io": { auth: Buffer.from(`ada:${OTHER}`).toString("base64") },
    },
    HttpHeaders: { "X-Meta": OTHER },
  });

  test("settings without such a Secret, or with one of an operator, are told", async () => {
    expect((await deploy("--pull-login")).err).toMatch(/error\[pull-secret-not-wanted\].*no Secret for pulling/);
    await repository.change(SETTINGS, "/dev,", "/dev, pull_secret: { kind: external, store: vault, key: pull },");
    await repository.run("render", "hr");
    repository.commit();
    expect((await deploy("--pull-login")).err).toMatch(/error\[pull-secret-not-wanted\].*External Secrets operator/);
    await repository.change(SETTINGS, "kind: external, store: vault, key: pull", "kind: existing, name: pull-seeds");
    await repository.run("render", "hr");
    repository.commit();
  });

  test("without a login nothing is deployed, and neither where the namespace is not there", async () => {
    await logIn({});
    expect((await deploy("--pull-login")).err).toMatch(
      /error\[pull-login-missing\].*\n.*docker login registry\.example/,
    );
    await logIn(ours("canary-first"));
    expect((await deploy("--pull-login-only")).err).toContain("error[namespace-missing]");
    expect((await deploy("--pull-login", "--via", "fleet")).err).toContain("error[pull-login-too-early]");
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };
    expect((await plane.client.get(space)).status).toBe(404);
  });

  test("a dry run says what it would do, and keeps nothing", async () => {
    const { code, out, err } = await deploy("--pull-login", "--dry-run");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^ {2}create {3}Secret\/pull-seeds: the login of registry\.example, from \S+\/\.docker\/config\.json$/m,
    );
    expect((await plane.client.get(secret())).status).toBe(404);
  });

  test("deploy puts the login of the one registry there, as its own field manager", async () => {
    expect(await deploy("--pull-login")).toMatchObject({ code: 0, err: "" });
    expect(await opened()).toEqual([["registry.example", "ada:canary-first"]]);
    expect((await live()).metadata["managedFields"]).toMatchObject([{ manager: "seedbed", operation: "Apply" }]);
  });

  test("another login replaces it, and without the flag it is left as it is", async () => {
    await logIn(ours("canary-second"));
    expect((await deploy()).code).toBe(0);
    expect(await opened()).toEqual([["registry.example", "ada:canary-first"]]);
    expect((await deploy("--pull-login-only", "--dry-run")).out).toMatch(/^ {2}update {3}Secret\/pull-seeds/m);
    expect(await opened()).toEqual([["registry.example", "ada:canary-first"]]);
    expect((await deploy("--pull-login-only")).code).toBe(0);
    expect(await opened()).toEqual([["registry.example", "ada:canary-second"]]);
  });

  test("a token that a helper gives for hours is warned of", async () => {
    await programs.addHelper("ecr-login", { username: "AWS", secret: "canary-third" });
    await logIn({ credHelpers: { "registry.example": "ecr-login" } });
    const { code, out, err } = await deploy("--pull-login-only");
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: this login for registry\.example lasts 12 hours \(Amazon ECR\)/);
    expect(out).toContain("docker-credential-ecr-login");
    expect(await opened()).toEqual([["registry.example", "AWS:canary-third"]]);
  });

  test.each([
    ["somebody by hand", {}, "kubectl-create"],
    [
      "an operator",
      { ownerReferences: [{ apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name: "pull", uid: "u" }] },
      "ExternalSecret/pull",
    ],
    ["Helm", { annotations: { "meta.helm.sh/release-name": "registry" } }, "Helm's release registry"],
  ])("a Secret of %s is left alone, with its owner's name", async (_, metadata, owner) => {
    await plane.client.delete(secret());
    const theirs = { ...secret(metadata), stringData: { ".dockerconfigjson": '{"auths":{}}' } };
    const type = "kubernetes.io/dockerconfigjson";
    const created = await plane.client.raw(
      "POST",
      `/api/v1/namespaces/${NAMESPACE}/secrets?fieldManager=kubectl-create`,
      {
        ...theirs,
        type,
      },
    );
    expect(created.status).toBe(201);
    const { code, err } = await deploy("--pull-login-only");
    expect(code).toBe(2);
    expect(err).toContain("error[pull-secret-owned]");
    expect(err).toContain(owner);
    expect((await deploy("--pull-login")).err).toContain("error[pull-secret-owned]");
    expect(await opened()).toEqual([]);
  });

  test("who may not list Secrets learns so before anything is written", async () => {
    await plane.client.delete(secret());
    const kind = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "ada" } };
    const rules = [
      { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
      { apiGroups: [""], resources: ["secrets"], verbs: ["patch", "create"] },
    ];
    await put(plane, { ...kind, kind: "ClusterRole", rules });
    await put(plane, {
      ...kind,
      kind: "ClusterRoleBinding",
      subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { kind: "ClusterRole", name: "ada", apiGroup: "rbac.authorization.k8s.io" },
    });
    const ada = writeKubeconfig(plane, "ada", { as: "ada" });
    expect((await deploy("--pull-login-only", "--kubeconfig", ada)).err).toMatch(/cannot list resource "secrets"/);
    expect((await plane.client.get(secret())).status).toBe(404);
  });

  test("a refusal by the cluster's policies quotes nothing of the login", async () => {
    const policy = { apiVersion: "admissionregistration.k8s.io/v1", metadata: { name: "no-logins" } };
    await put(plane, {
      ...policy,
      kind: "ValidatingAdmissionPolicy",
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["secrets"] },
          ],
        },
        validations: [
          {
            expression: "false",
            // A policy that quotes what it was given, as people write them to debug.
            messageExpression: "'refused: ' + string(object.data['.dockerconfigjson'])",
          },
        ],
      },
    });
    await put(plane, {
      ...policy,
      kind: "ValidatingAdmissionPolicyBinding",
      spec: { policyName: "no-logins", validationActions: ["Deny"] },
    });
    await expect.poll(async () => (await deploy("--pull-login-only", "--dry-run")).err).toContain("refused: ***");
  });
});
