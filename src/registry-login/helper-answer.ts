import { SeedbedError } from "../error.ts";
import type { ProgramEnd } from "../ports.ts";
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
  const { program } = helper;
  const fail = (code: string, what: string, fix: string) => failure({ code, what, fix }, helper);
  switch (end.kind) {
    case "missing":
      throw fail(
        "credential-helper-missing",
        "is not on the PATH, or the interpreter in its first line is missing.",
        `Install ${program} for the user that runs Seedbed, or take it out of ${helper.path}.`,
      );
    case "unstartable":
      throw fail("credential-helper-missing", `could not be started: ${end.why}`, `Make ${program} executable.`);
    case "late":
      throw fail(
        "credential-helper-late",
        `did not answer within ${limitSeconds} s and was ended.`,
        `${TRY(helper)} It must not wait for a person.`,
      );
    case "flooded":
      throw fail("credential-helper-garbled", "printed far more than a login and was ended.", TRY(helper));
    case "ended":
      return end.code === 0 ? readLogin(end.stdout, helper) : readRefusal(end, helper);
  }
}

const TRY = ({ program, server }: Helper) => `Find out why with: echo ${server} | ${program} get`;

function readLogin(stdout: string, helper: Helper): FoundLogin {
  const { username, secret } = parseLogin(stdout, helper);
  if (secret === "") return noLogin(helper, "");
  const login = username === TOKEN_USERNAME ? { identityToken: secret } : { username, password: secret };
  return { login, origin: { kind: "helper", path: helper.path, program: helper.program } };
}

function parseLogin(stdout: string, helper: Helper): { username: string; secret: string } {
  const answer = parseObject(stdout);
  const { Username: username, Secret: secret } = answer;
  if (typeof username === "string" && typeof secret === "string") return { username, secret };
  // Not quoted: it may hold a secret.
  const what = `answered with ${Buffer.byteLength(stdout)} bytes that are not JSON with Username and Secret.`;
  throw failure({ code: "credential-helper-garbled", what, fix: TRY(helper) }, helper);
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
  const words = quoteHelper(stdout) || quoteHelper(stderr) || "It said nothing.";
  throw failure({ code: "credential-helper-refused", what: `${how}: ${words}`, fix: TRY(helper) }, helper);
}

function noLogin({ program, path, server }: Helper, stderr: string): FoundLogin {
  const words = quoteHelper(stderr);
  const looked = `${program}, which ${path} names, has no login for ${server}${words === "" ? "." : `: ${words}`}`;
  return { login: undefined, origin: { kind: "none", looked } };
}

function failure({ code, what, fix }: { code: string; what: string; fix: string }, helper: Helper): SeedbedError {
  const message = `The credential helper ${helper.program} for ${helper.server}, which ${helper.path} names, ${what}`;
  return new SeedbedError(code, message, { fix: `${fix} No connection was made to the registry.` });
}
