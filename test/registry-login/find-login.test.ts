import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProcess } from "../../src/adapters/process/actions-exec.ts";
import { readDockerConfig } from "../../src/adapters/disk/docker-config-file.ts";
import type { SeedbedError } from "../../src/problem/error.ts";
import { LoginFinder } from "../../src/registry-login/find-login.ts";
import { Programs } from "./programs.ts";

let programs: Programs;
let told: string[];
beforeEach(async () => {
  programs = await Programs.open();
  told = [];
});
afterEach(() => programs.remove());

const file = () => join(programs.folder, "home/.docker/config.json");

async function configure(config: unknown): Promise<void> {
  await mkdir(dirname(file()), { recursive: true });
  await writeFile(file(), typeof config === "string" ? config : JSON.stringify(config));
}

function finder(environment: Record<string, string> = {}, helperLimitMilliseconds = 30_000): LoginFinder {
  const all = { PATH: programs.path, HOME: join(programs.folder, "home"), ...environment };
  return new LoginFinder({
    readConfig: () => readDockerConfig(all),
    process: openProcess(all),
    signal: new AbortController().signal,
    onSecret: (secret) => told.push(secret),
    helperLimitMilliseconds,
  });
}

async function errorOf(found: Promise<unknown>): Promise<SeedbedError> {
  const error = await found.then(
    () => null,
    (thrown: unknown) => thrown as SeedbedError,
  );
  if (error === null) throw new Error("nothing was thrown");
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/canary/i);
  return error;
}

describe("a login that Docker has", () => {
  it("is read from the file in DOCKER_CONFIG, else in the home folder", async () => {
    await configure({ auths: { "ghcr.io": { username: "ada", password: "canary-home" } } });
    expect(await finder().find("ghcr.io")).toMatchObject({ login: { password: "canary-home" } });
    const folder = join(programs.folder, "elsewhere");
    await mkdir(folder);
    await writeFile(
      join(folder, "config.json"),
      JSON.stringify({ auths: { "ghcr.io": { username: "ada", password: "canary-else" } } }),
    );
    const elsewhere = finder({ DOCKER_CONFIG: folder });
    expect(await elsewhere.find("ghcr.io")).toMatchObject({ login: { password: "canary-else" } });
    expect(told, "secrets for masks").toEqual(["canary-home", "ada:canary-home", "canary-else", "ada:canary-else"]);
  });

  it("is none where there is no file", async () => {
    const looked = `There is no ${file()}.`;
    expect(await finder().find("ghcr.io")).toEqual({ login: undefined, origin: { kind: "none", looked } });
  });

  it("cannot be had where the file cannot be read", async () => {
    await mkdir(file(), { recursive: true });
    expect(await errorOf(finder().find("ghcr.io"))).toMatchObject({
      code: "docker-config-unreadable",
      message: expect.stringContaining("EISDIR"),
      fix: expect.stringContaining(file()),
    });
    await programs.remove();
    await mkdir(dirname(file()), { recursive: true });
    await writeFile(file(), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(await errorOf(finder().find("ghcr.io"))).toMatchObject({ message: expect.stringContaining("is not UTF-8") });
  });
});

describe("a credential helper", () => {
  const login = { username: "ada", secret: "canary-secret" };

  it("is asked once for each registry, and only for those that are wanted", async () => {
    await configure({ credHelpers: { "ghcr.io": "gh", "quay.io": "other" }, credsStore: "all" });
    await programs.addHelper("gh", login);
    await programs.addHelper("all", login);
    const logins = finder();
    const found = await Promise.all(["ghcr.io", "ghcr.io", "docker.io"].map((host) => logins.find(host)));
    await logins.find("ghcr.io");
    expect(found[0]).toEqual({
      login: { username: "ada", password: "canary-secret" },
      origin: { kind: "helper", path: file(), program: "docker-credential-gh" },
    });
    expect(await programs.calls("docker-credential-gh")).toEqual(["get|ghcr.io"]);
    expect(await programs.calls("docker-credential-all")).toEqual(["get|https://index.docker.io/v1/"]);
    expect(told).toContain("ada:canary-secret");
  });

  it("gives an identity token under the name <token>", async () => {
    await configure({ credsStore: "acr" });
    await programs.addHelper("acr", { username: "<token>", secret: "canary-id" });
    expect(await finder().find("x.azurecr.io")).toMatchObject({ login: { identityToken: "canary-id" } });
    expect(told).toEqual(["canary-id"]);
  });

  it("that has no login leaves the registry anonymous, whatever the file has", async () => {
    await configure({ credsStore: "none", auths: { "ghcr.io": { username: "x", password: "y" } } });
    await programs.add("docker-credential-none", [
      "echo credentials not found in native keychain",
      'echo "no EC2 IMDS role found, AKIA0123456789ABCDEFcanary" >&2; exit 1',
    ]);
    expect(await finder().find("ghcr.io")).toEqual({
      login: undefined,
      origin: {
        kind: "none",
        looked: `docker-credential-none, which ${file()} names, has no login for ghcr.io: no EC2 IMDS role found, ***`,
      },
    });
  });

  it("that gives an empty secret has no login", async () => {
    await configure({ credsStore: "empty" });
    await programs.addHelper("empty", { username: "", secret: "" });
    expect(await finder().find("ghcr.io")).toMatchObject({ login: undefined });
  });

  it.each([
    {
      what: "refuses with words on standard output",
      lines: ["echo 'error: you are not logged in to the cloud'; exit 1"],
      code: "credential-helper-refused",
      says: "ended with exit code 1 and said: error: you are not logged in to the cloud",
    },
    {
      what: "refuses with words on standard error",
      lines: ["echo 'ERROR: (gcloud.auth) no active account' >&2; exit 2"],
      code: "credential-helper-refused",
      says: "ended with exit code 2 and said: ERROR: (gcloud.auth) no active account",
    },
    {
      what: "refuses without a word",
      lines: ["exit 7"],
      code: "credential-helper-refused",
      says: "ended with exit code 7 and said: nothing",
    },
    {
      what: "tells a secret while it refuses",
      lines: [
        "echo 'login failed: password=canary-pw, canary-0123456789abcdef0 https://ada:canary@sts.example/ Authorization: Bearer canary'; exit 1",
      ],
      code: "credential-helper-refused",
      says: "login failed: password=***, *** https://***@sts.example/ Authorization: Bearer ***",
    },
    {
      what: "prints a login and refuses",
      lines: [`echo 'cannot store {"Username":"ada","Secret":"canary"}'; exit 1`],
      code: "credential-helper-refused",
      says: "(Its words are not shown, because they may hold a login.)",
    },
    {
      what: "prints garbage",
      lines: ["echo 'canary canary'"],
      code: "credential-helper-garbled",
      says: "answered with 14 bytes that are not JSON with Username and Secret.",
    },
    {
      what: "prints JSON of another kind",
      lines: [`echo '{"username":"ada","password":"canary"}'`],
      code: "credential-helper-garbled",
      says: "that are not JSON with Username and Secret.",
    },
    {
      what: "prints without end",
      lines: ["yes canary"],
      code: "credential-helper-garbled",
      says: "printed far more than a login and was ended.",
    },
    {
      what: "dies",
      lines: ["kill -9 $$"],
      code: "credential-helper-refused",
      says: "was ended by a signal and said: nothing",
    },
    {
      what: "hangs",
      lines: ["trap '' TERM; while :; do sleep 1; done"],
      code: "credential-helper-late",
      says: "did not answer within 1 s and was ended.",
      limit: 1000,
    },
  ])("that $what is an error that says so", async ({ lines, code, says, limit }) => {
    await configure({ credHelpers: { "ghcr.io": "bad" } });
    await programs.add("docker-credential-bad", lines);
    const error = await errorOf(finder({}, limit).find("ghcr.io"));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`The credential helper docker-credential-bad for ghcr.io, which ${file()} names, `);
    expect(error.message).toContain(says);
    expect(error.fix).toContain("echo ghcr.io | docker-credential-bad get");
    expect(told).toEqual([]);
  });

  it("that is not installed, or may not be run, is an error that says so", async () => {
    await configure({ credsStore: "nowhere" });
    expect(await errorOf(finder().find("ghcr.io"))).toMatchObject({
      code: "credential-helper-missing",
      message: expect.stringContaining("docker-credential-nowhere for ghcr.io"),
      fix: expect.stringContaining("Install docker-credential-nowhere"),
    });
    await programs.add("docker-credential-nowhere", []);
    await chmod(join(programs.folder, "docker-credential-nowhere"), 0o644);
    expect(await errorOf(finder().find("ghcr.io"))).toMatchObject({ code: "credential-helper-unstartable" });
  });
});
