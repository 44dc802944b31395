import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loginFromConfig } from "../../src/registry-login/docker-config.ts";
import { readJson } from "../../src/registry-login/json-text.ts";
import type { SeedbedError } from "../../src/problem/error.ts";

const PATH = "/home/ada/.docker/config.json";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const ADA = { username: "ada", password: "canary-pw" };
const AUTH = { auth: base64("ada:canary-pw") };
const HUB = "https://index.docker.io/v1/";

/** As Docker writes it: with tabs. */
function look(config: unknown, host = "ghcr.io") {
  return loginFromConfig({ path: PATH, text: JSON.stringify(config, null, "\t") }, host);
}

function errorOf(text: string, host = "ghcr.io"): SeedbedError {
  try {
    loginFromConfig({ path: PATH, text }, host);
  } catch (error) {
    return error as SeedbedError;
  }
  throw new Error("it was taken");
}

describe("a login of a docker configuration", () => {
  it.each([
    ["auth", AUTH, ADA],
    ["auth whose password has colons", { auth: base64("ada:a:b:") }, { username: "ada", password: "a:b:" }],
    ["auth that was padded with NUL", { auth: base64("ada:canary-pw\0\0") }, ADA],
    ["auth in lines", { auth: `${AUTH.auth.slice(0, 8)}\n${AUTH.auth.slice(8)}` }, ADA],
    ["auth beside other fields, which it wins over", { ...AUTH, username: "x", password: "y" }, ADA],
    ["username and password", ADA, ADA],
    ["an identity token", { identitytoken: "canary-id" }, { identityToken: "canary-id" }],
    [
      "an identity token beside the account that az acr login writes",
      { auth: base64("00000000-0000-0000-0000-000000000000:"), identitytoken: "canary-id" },
      { identityToken: "canary-id" },
    ],
  ])("is read from %s", (_, entry, login) => {
    expect(look({ auths: { "ghcr.io": entry } })).toEqual({
      login,
      origin: { kind: "file", path: PATH, key: "ghcr.io" },
    });
  });

  it.each([
    ["ghcr.io", "https://ghcr.io"],
    ["ghcr.io", "https://ghcr.io/v2/"],
    ["ghcr.io", "http://ghcr.io/v1/"],
    ["ghcr.io", "ghcr.io/v2"],
    ["127.0.0.1:5000", "http://127.0.0.1:5000"],
    ["docker.io", HUB],
    ["docker.io", "docker.io"],
    ["docker.io", "https://index.docker.io/v2/"],
  ])("for %s is the one with the key %s", (host, key) => {
    const found = look({ auths: { "quay.io": { auth: base64("x:y") }, [key]: AUTH } }, host);
    expect(found).toEqual({ login: ADA, origin: { kind: "file", path: PATH, key } });
  });

  it("is the one with the registry's own key, wherever it stands", () => {
    const others = { "https://ghcr.io/v1/": { auth: base64("old:x") }, "ghcr.io/acme": { auth: base64("acme:x") } };
    expect(look({ auths: { ...others, "ghcr.io": AUTH } })).toMatchObject({ login: ADA });
    expect(look({ auths: { "docker.io": { auth: base64("x:y") }, [HUB]: AUTH } }, "docker.io")).toMatchObject({
      login: ADA,
    });
  });

  it.each([
    ["an empty file", ""],
    ["blanks", " \n"],
    ["an empty object", "{}"],
    ["null for everything", '{"auths": null, "credHelpers": null, "credsStore": null}'],
    ["other registries", JSON.stringify({ auths: { "quay.io": AUTH, "notghcr.io": AUTH, "ghcr.io:443": AUTH } })],
    ["what Docker leaves beside a helper", '{"auths": {"ghcr.io": {}}}'],
    ["an entry that is null", '{"auths": {"ghcr.io": null}}'],
    ["names of JavaScript", '{"auths": {"__proto__": {"auth": "x"}}}'],
  ])("is none in %s", (_, text) => {
    expect(loginFromConfig({ path: PATH, text }, "ghcr.io")).toEqual({
      login: undefined,
      origin: { kind: "none", looked: `${PATH} has no login for ghcr.io.` },
    });
  });

  it("is not judged where it is another registry's", () => {
    expect(look({ auths: { "quay.io": { auth: "%" }, "ghcr.io": AUTH } })).toMatchObject({ login: ADA });
  });
});

describe("a credential helper of a docker configuration", () => {
  const asks = (program: string, server: string) => ({ helper: { program, server, path: PATH } });

  it("is the registry's own, else the one for all, before any login in the file", () => {
    const config = { auths: { "ghcr.io": AUTH }, credsStore: "pass", credHelpers: { "ghcr.io": "gh" } };
    expect(look(config)).toEqual(asks("docker-credential-gh", "ghcr.io"));
    expect(look(config, "quay.io")).toEqual(asks("docker-credential-pass", "quay.io"));
  });

  it("is asked for Docker Hub by the address that Docker uses", () => {
    expect(look({ credHelpers: { [HUB]: "hub" } }, "docker.io")).toEqual(asks("docker-credential-hub", HUB));
    expect(look({ credsStore: "desktop" }, "docker.io")).toEqual(asks("docker-credential-desktop", HUB));
  });

  it("that is named by nothing leaves the registry to the file, as in docker/cli", () => {
    const config = { auths: { "ghcr.io": AUTH }, credsStore: "pass", credHelpers: { "ghcr.io": "" } };
    expect(look(config)).toMatchObject({ login: ADA });
  });

  it.each(["../evil", "a/b", "/bin/sh", "-x", "a b", "a\nb", ".."])("is never a path or an option: %j", (name) => {
    for (const config of [{ credsStore: name }, { credHelpers: { "ghcr.io": name } }])
      expect(errorOf(JSON.stringify(config))).toMatchObject({
        code: "docker-config-invalid",
        message: expect.stringContaining("which is no name of a credential helper"),
      });
  });
});

describe("a docker configuration that is malformed is refused with its place, and without a word of what is in it", () => {
  it.each([
    ["no JSON", "canary-pw", "1:1: the docker configuration is not JSON from here on."],
    ["a comma too many", '{\n  "auths": {"ghcr.io": {"auth": "canary-pw"},}\n}', "2:46: the docker"],
    ["a cut file", '{\n\t"auths": {"ghcr.io": {"auth": "canary-pw', "2:32: the docker"],
    ["a byte order mark", "\ufeff{}", "1:1: the docker"],
    ["a list", "[]", "1:1: the docker configuration must be an object, but is a list."],
    ["auths as a list", '{"auths": ["canary-pw"]}', "1:11: auths must be an object, but is a list."],
    ["auths as a text", '{"auths": "canary-pw"}', "1:11: auths must be an object, but is a string."],
    [
      "an entry as a text",
      '{"auths": {"ghcr.io": "canary-pw"}}',
      "1:23: auths.ghcr.io must be an object, but is a string.",
    ],
    [
      "auth as a number",
      '{"auths": {"ghcr.io": {"auth": 5}}}',
      "1:32: auths.ghcr.io.auth must be a string, but is a number.",
    ],
    [
      "auth that is no base64",
      '{"auths": {"ghcr.io": {"auth": "ada:canary-pw"}}}',
      "1:32: auths.ghcr.io.auth is not base64.",
    ],
    [
      "auth without a colon",
      `{"auths": {"ghcr.io": {"auth": "${base64("canary-pw")}"}}}`,
      "1:32: auths.ghcr.io.auth is not base64 of <username>:<password>.",
    ],
    [
      "auth without a name",
      `{"auths": {"ghcr.io": {"auth": "${base64(":canary-pw")}"}}}`,
      "1:32: auths.ghcr.io.auth is not base64 of <username>:<password>.",
    ],
    [
      "auth that is no text",
      '{"auths": {"ghcr.io": {"auth": "/////w=="}}}',
      "1:32: auths.ghcr.io.auth is not base64 of a text.",
    ],
    [
      "a password alone",
      '{"auths": {"ghcr.io": {"password": "canary-pw"}}}',
      "1:23: auths.ghcr.io has a password, but no username.",
    ],
    ["helpers as a text", '{"credHelpers": "x"}', "1:17: credHelpers must be an object, but is a string."],
    ["a store as an object", '{"credsStore": {}}', "1:16: credsStore must be a string, but is an object."],
  ])("%s", (_, text, says) => {
    const { code, message, fix } = errorOf(text);
    expect({ code, message }).toEqual({
      code: "docker-config-invalid",
      message: expect.stringContaining(`${PATH}:${says}`),
    });
    expect(fix).toContain("docker login");
    expect(fix).toContain("No connection was made to the registry.");
    expect(message + fix).not.toMatch(/canary/);
    expect(message + fix).not.toContain(base64("canary-pw").slice(0, 8));
  });
});

describe("the reader of JSON", () => {
  it("agrees with JSON.parse about every text, and points to where it stops", () => {
    const damaged = fc
      .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom("", "x", ",", "}", '"', "\\", "\n", "1", "[", ":"))
      .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        const read = readJson(text);
        let problem: string | null = null;
        try {
          const value = JSON.parse(text) as unknown;
          expect("json" in read && read.json.value).toEqual(value);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
          problem = error.message;
        }
        if (problem === null) return;
        expect("fault" in read, text).toBe(true);
      }),
      { numRuns: 3000, verbose: true },
    );
  });

  it("does not overflow the stack", () => {
    expect(readJson("[".repeat(100_000))).toMatchObject({ fault: { line: 1, column: 202 } });
  });
});
