import { SeedbedError } from "../problem/error.ts";
import type { ProgramEnd } from "../ports/process.ts";
import type { Helper } from "./docker-config.ts";
import { quoteHelper } from "./helper-words.ts";
import type { FoundLogin } from "./login.ts";

// docker/docker-credential-helpers credentials/error.go: the only refusal that means "no login" instead of a failure.
const NOT_FOUND = "credentials not found in native keychain";
// docker/cli cli/config/credentials/native_store.go: with this name the secret is an identity token.
const TOKEN_USERNAME = "<token>";

/**
 * The login that `docker-credential-… get` gave. The protocol is that of docker/docker-credential-helpers
 * (client/client.go, Get): JSON with `Username` and `Secret` on standard output and exit code 0, else words on standard
 * output. Throws where the helper failed, in its own words; nothing that may be a secret is quoted.
 */
export function judgeHelper(end: ProgramEnd, helper: Helper, limitSeconds: number): FoundLogin {
  const { program, path } = helper;
  const who = nameHelper(helper);
  const refuse = refusalOf(helper);
  switch (end.kind) {
    case "missing":
      throw refuse(
        "credential-helper-missing",
        `${who} is not on the PATH, or the interpreter in its first line is missing.`,
        `Install ${program} for the user that runs Seedbed, or take it out of ${path}.`,
      );
    case "unstartable":
      throw refuse(
        "credential-helper-unstartable",
        `${who} could not be started: ${end.why}.`,
        `Make ${program} a program that this user can run.`,
      );
    case "late":
      throw refuse(
        "credential-helper-late",
        `${who} did not answer within ${limitSeconds} s and was ended.`,
        "Correct its set-up: it must neither wait for a person nor for a service that does not answer.",
      );
    case "flooded":
      throw refuse(
        "credential-helper-garbled",
        `${who} printed far more than a login and was ended.`,
        `Put the right ${program} on the PATH.`,
      );
    case "ended":
      return end.code === 0 ? readLogin(end.stdout, helper) : readRefusal(end, helper);
  }
}

function nameHelper({ program, server, path }: Helper): string {
  return `The credential helper ${program} for ${server}, which ${path} names,`;
}

/** Makes the errors about a helper: each ends with how to ask it by hand. */
function refusalOf({ program, server }: Helper) {
  return (code: string, message: string, fix: string) =>
    new SeedbedError(code, message, {
      fix: `${fix} To ask it yourself: echo ${server} | ${program} get. No connection was made to the registry.`,
    });
}

function readLogin(stdout: string, helper: Helper): FoundLogin {
  const { Username: username, Secret: secret } = parseObject(stdout);
  const refuse = refusalOf(helper);
  // Not quoted: it may hold a secret.
  if (typeof username !== "string" || typeof secret !== "string")
    throw refuse(
      "credential-helper-garbled",
      `${nameHelper(helper)} answered with ${Buffer.byteLength(stdout)} bytes that are not JSON with Username and Secret.`,
      `Put the right ${helper.program} on the PATH.`,
    );
  if (secret === "") return noLogin(helper, "");
  const login = username === TOKEN_USERNAME ? { identityToken: secret } : { username, password: secret };
  return { login, origin: { kind: "helper", path: helper.path, program: helper.program } };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    // The caller says that it is no login; the text is not quoted because it may hold one.
    return {};
  }
}

function readRefusal({ code, stdout, stderr }: Extract<ProgramEnd, { kind: "ended" }>, helper: Helper): FoundLogin {
  // Some helpers, as that of ECR, give this answer for every failure and the reason on standard error.
  if (stdout.trim() === NOT_FOUND) return noLogin(helper, stderr);
  const how = code === null ? "was ended by a signal" : `ended with exit code ${code}`;
  const words = quoteHelper(stdout) || quoteHelper(stderr) || "nothing";
  const refuse = refusalOf(helper);
  throw refuse(
    "credential-helper-refused",
    `${nameHelper(helper)} ${how} and said: ${words}`,
    "Do what it asks for, for the user that runs Seedbed.",
  );
}

function noLogin({ program, path, server }: Helper, stderr: string): FoundLogin {
  const words = quoteHelper(stderr);
  const looked = `${program}, which ${path} names, has no login for ${server}${words === "" ? "." : `: ${words}`}`;
  return { login: undefined, origin: { kind: "none", looked } };
}
