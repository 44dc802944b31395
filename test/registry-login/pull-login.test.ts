import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { FoundLogin } from "../../src/registry-login/login.ts";
import { pullLoginOf } from "../../src/registry-login/pull-login.ts";
import type { SeedbedError } from "../../src/problem/error.ts";

const FILE = { kind: "file", path: "/home/ada/.docker/config.json", key: "registry.example" } as const;
const helper = (name: string): FoundLogin["origin"] => ({
  kind: "helper",
  path: "/home/ada/.docker/config.json",
  program: `docker-credential-${name}`,
});
const found = (username: string, password = "canary-pull", origin: FoundLogin["origin"] = FILE): FoundLogin => ({
  login: { username, password },
  origin,
});

describe("a login for pulling", () => {
  test("is the one registry, as a kubelet reads it, and Docker Hub by its own key", () => {
    const { config, from } = pullLoginOf("registry.example:5000", found("ada", "p:ä"));
    const auth = Buffer.from("ada:p:ä").toString("base64");
    expect(JSON.parse(config)).toEqual({ auths: { "registry.example:5000": { auth } } });
    expect(from).toBe("/home/ada/.docker/config.json");
    expect(Object.keys((JSON.parse(pullLoginOf("docker.io", found("ada")).config) as { auths: object }).auths)).toEqual(
      ["https://index.docker.io/v1/"],
    );
  });

  // Names: docs.aws.amazon.com, "Private registry authentication"; learn.microsoft.com, "Authenticate with Azure Container
  // Registry"; cloud.google.com, "Configure authentication to Artifact Registry"; the helpers' own sources.
  test.each([
    ["AWS", FILE, "Amazon ECR"],
    ["AWS", helper("ecr-login"), "Amazon ECR"],
    ["00000000-0000-0000-0000-000000000000", FILE, "Azure ACR"],
    ["oauth2accesstoken", FILE, "Google"],
    ["_dcgcloud_token", helper("gcloud"), "Google"],
    ["_dcgcr_2_0_0_token", helper("gcr"), "Google"],
  ])("of %s from %o does not stay", (username, origin, what) => {
    expect(pullLoginOf("registry.example", found(username, "x", origin)).life).toMatchObject({ what });
  });

  test("of a job does not stay, and those of people and service accounts do", () => {
    expect(pullLoginOf("ghcr.io", found("ada", "ghs_1")).life?.lasts).toBe("as long as its job");
    for (const username of ["ada", "_json_key", "_json_key_base64", "aws-pull"])
      expect(pullLoginOf("registry.example", found(username, "ghp_1", helper("secretservice"))).life).toBeNull();
  });

  test("what a node cannot use, and what is missing, is refused without a word of the secret", () => {
    const token: FoundLogin = { login: { identityToken: "canary-token" }, origin: helper("acr-env") };
    const none: FoundLogin = { login: undefined, origin: { kind: "none", looked: "There is no config.json." } };
    expect(errorOf(token)).toMatchObject({ code: "pull-login-unusable", fix: expect.stringContaining("AcrPull") });
    expect(errorOf(none)).toMatchObject({
      code: "pull-login-missing",
      message: expect.stringContaining("There is no config.json."),
      fix: expect.stringContaining("docker login registry.example"),
    });
  });

  test("its secrets are known in every spelling that a cluster could quote", () => {
    const { config, secrets } = pullLoginOf("registry.example", found("ada"));
    const stored = Buffer.from(config).toString("base64");
    const auth = Buffer.from("ada:canary-pull").toString("base64");
    expect(secrets.redact(`${stored} ${config} ${auth} canary-pull`)).toBe("*** *** *** ***");
  });
});

function errorOf(login: FoundLogin): SeedbedError {
  try {
    pullLoginOf("registry.example", login);
  } catch (error) {
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
    return error as SeedbedError;
  }
  throw new Error("nothing was thrown");
}
