import { describe, expect, test } from "vitest";
import { listLogins, listSecrets, readInputs } from "../../src/action/inputs.ts";
import { readRunContext } from "../../src/action/read-run-context.ts";
import { SeedbedError } from "../../src/problem/error.ts";

const SEED: Record<string, string> = {
  INPUT_COMMAND: "seed",
  INPUT_DATABASE: "hr",
  INPUT_REASON: "weekly",
  INPUT_SOURCE: "hr-prod",
  INPUT_GITHUB_TOKEN: "ghs_1",
  INPUT_SSH_PRIVATE_KEY: "-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----",
  INPUT_SSH_PASSPHRASE: "",
  INPUT_SOURCE_USER: "EXPORTER",
  INPUT_SOURCE_PASSWORD: " with blanks ",
  INPUT_REGISTRY_USERNAME: "seeder",
  INPUT_REGISTRY_PASSWORD: "push",
  INPUT_BASE_USERNAME: "reader",
  INPUT_BASE_PASSWORD: "pull",
};

function errorOf(environment: Record<string, string | undefined>): SeedbedError {
  try {
    readInputs(environment);
  } catch (error) {
    if (error instanceof SeedbedError) return error;
    throw error;
  }
  throw new Error("the inputs were taken");
}

describe("inputs", () => {
  test("become one object; a password keeps its blanks, a key gets the line ends that it needs", () => {
    expect(readInputs(SEED)).toEqual({
      command: "seed",
      database: "hr",
      reason: "weekly",
      token: "ghs_1",
      source: "hr-prod",
      credentials: {
        sshPrivateKey: "-----BEGIN KEY-----\nabc\n-----END KEY-----\n",
        sshPassphrase: undefined,
        sourceUser: "EXPORTER",
        sourcePassword: " with blanks ",
        registry: { username: "seeder", password: "push" },
        base: { username: "reader", password: "pull" },
      },
    });
  });

  test("every missing or empty one is named at once, and what it is for", () => {
    const error = errorOf({ ...SEED, INPUT_SOURCE_USER: "", INPUT_BASE_PASSWORD: undefined, INPUT_DATABASE: "  " });
    expect(error.message).toBe(
      [
        "3 inputs are missing or empty:",
        "  database: database name (folder in environments/)",
        "  source_user: database account that runs the export",
        "  base_password: password or token of the account that pulls",
      ].join("\n"),
    );
    expect(error.fix).toContain("No connection was made.");
  });

  test("when the environment's variable is missing too, the environment itself is the suspect", () => {
    const error = errorOf({ ...SEED, INPUT_SOURCE: "", INPUT_SOURCE_PASSWORD: "" });
    expect(error.message).toContain("so is source, the environment's variable SEEDBED_SOURCE");
    expect(error.fix).toContain("GitHub silently creates a missing environment");
  });

  test("a registry may have no login, as a pair; GitHub gives a secret that is not there as an empty text", () => {
    const none = { ...SEED, INPUT_BASE_USERNAME: "", INPUT_BASE_PASSWORD: "" };
    expect(readInputs(none)).toMatchObject({
      credentials: { registry: { username: "seeder", password: "push" }, base: null },
    });
  });

  test("a variable that is missing alone is the door's to tell", () => {
    expect(readInputs({ ...SEED, INPUT_SOURCE: "" })).toMatchObject({ source: "" });
  });

  test("plan needs no secret but the token", () => {
    const plan = { INPUT_COMMAND: "plan", INPUT_DATABASE: "hr", INPUT_GITHUB_TOKEN: "ghs_1" };
    expect(readInputs(plan)).toEqual({ command: "plan", database: "hr", reason: "", token: "ghs_1" });
    const error = errorOf({ INPUT_COMMAND: "plan" });
    expect(error.message).toMatch(/^2 inputs are missing/);
    expect(error.fix).toBe("Pass these inputs as the shipped provision.yml does. No connection was made.");
  });

  test("another command is refused by name", () => {
    expect(errorOf({ ...SEED, INPUT_COMMAND: "retire" }).message).toBe(
      'The input command is "retire"; it must be plan or seed.',
    );
  });

  test("secrets and logins are known for masking even when the inputs do not hold", () => {
    expect(listSecrets({ INPUT_SOURCE_PASSWORD: "s", INPUT_SSH_PRIVATE_KEY: "k" })).toEqual(["k", "s"]);
    // As they are sent, so without what was pasted around a name.
    expect(listLogins({ ...SEED, INPUT_BASE_USERNAME: " reader\n" })).toEqual(["seeder:push", "reader:pull"]);
  });

  test("a process that no runner has started is told so", () => {
    expect(() => readRunContext({})).toThrow("These variables are missing: GITHUB_API_URL, GITHUB_SERVER_URL");
  });
});
