import { type Credentials, pairOf, type Login } from "../credentials/credentials.ts";
import { SeedbedError } from "../problem/error.ts";

/** All inputs that a workflow passes to the Action, read once. */
export type Inputs = PlanInputs | SeedInputs;

export interface PlanInputs {
  command: "plan";
  database: string;
  reason: string;
  token: string;
}

export interface SeedInputs {
  command: "seed";
  database: string;
  reason: string;
  token: string;
  /** The environment's variable SEEDBED_SOURCE; empty where the environment has none. */
  source: string;
  credentials: Credentials;
}

/** Names of the inputs that contain secrets. */
const SECRETS = [
  "github_token",
  "ssh_private_key",
  "ssh_passphrase",
  "source_password",
  "registry_password",
  "base_password",
] as const;

const WANTED: Record<string, string> = {
  database: "database name (folder in environments/)",
  github_token: "${{ github.token }}",
  ssh_private_key: "private key of the SSH user of the source's host",
  source_user: "database account that runs the export",
  source_password: "password of that database account",
  registry_username: "account that may push seed images",
  registry_password: "password or token of the account that pushes",
  base_username: "account that may pull the base image",
  base_password: "password or token of the account that pulls",
};

type Environment = Record<string, string | undefined>;

/** Values of all secret inputs, for masking before anything else happens. */
export function listSecrets(environment: Environment): string[] {
  return SECRETS.map((name) => read(environment, name)).filter((value) => value !== "");
}

/** `user:password` pairs as HTTP sends them. */
export function listLogins(environment: Environment): string[] {
  const pair = (name: string) =>
    `${read(environment, `${name}_username`).trim()}:${read(environment, `${name}_password`)}`;
  return ["registry", "base"].filter((name) => read(environment, `${name}_password`) !== "").map(pair);
}

/** Reads the inputs of one command; all missing or empty ones are reported at once. */
export function readInputs(environment: Environment): Inputs {
  const command = read(environment, "command");
  if (command !== "plan" && command !== "seed")
    throw new SeedbedError(
      "input-command",
      `The input command is ${command ? `"${command}"` : "empty"}; it must be plan or seed.`,
      {
        fix: "Write command: plan or command: seed, as in the shipped provision.yml.",
      },
    );
  requireAll(environment, command);
  const common = {
    database: read(environment, "database").trim(),
    reason: read(environment, "reason").trim(),
    token: read(environment, "github_token"),
  };
  if (command === "plan") return { command, ...common };
  return { command, ...common, source: read(environment, "source").trim(), credentials: credentialsOf(environment) };
}

function requireAll(environment: Environment, command: "plan" | "seed"): void {
  const wanted = Object.keys(WANTED).filter((name) => command === "seed" || /^(database|github_token)$/.test(name));
  const missing = wanted.filter((name) => read(environment, name).trim() === "" && isNeeded(environment, name));
  if (missing.length === 0) return;
  const list = missing.map((name) => `  ${name}: ${WANTED[name]}`).join("\n");
  const one = missing.length === 1 ? "1 input is missing or empty" : `${missing.length} inputs are missing or empty`;
  const noEnvironment = command === "seed" && read(environment, "source").trim() === "";
  const text = noEnvironment
    ? `${one}, and so is source, the environment's variable SEEDBED_SOURCE:\n${list}`
    : `${one}:\n${list}`;
  const fix = command === "plan" ? FIXES.plan : noEnvironment ? FIXES.environment : FIXES.secrets;
  throw new SeedbedError("inputs-missing", text, { fix });
}

/** A login of a registry may be left out, as a pair: it is then looked for where Docker keeps its logins. */
function isNeeded(environment: Environment, name: string): boolean {
  const [, login] = /^(registry|base)_/.exec(name) ?? [];
  return login === undefined || loginOf(environment, login) !== null;
}

function loginOf(environment: Environment, name: string): Login | null {
  const password = read(environment, `${name}_password`);
  return pairOf(read(environment, `${name}_username`).trim(), password.trim() === "" ? "" : password);
}

const FIXES = {
  plan: "Pass these inputs as the shipped provision.yml does. No connection was made.",
  environment:
    "Create the environment that the settings name for this source, with its variable and its secrets, restricted to the default branch. (GitHub silently creates a missing environment, without any of them.) No connection was made.",
  secrets:
    "Set these secrets in the environment that the settings name for this source, and pass them as the shipped provision.yml does. No connection was made.",
};

function credentialsOf(environment: Environment): Credentials {
  const passphrase = read(environment, "ssh_passphrase");
  return {
    // A key that was pasted into a form may have lost its final newline, or have Windows line ends.
    sshPrivateKey: `${read(environment, "ssh_private_key").replaceAll("\r\n", "\n").trimEnd()}\n`,
    sshPassphrase: passphrase === "" ? undefined : passphrase,
    sourceUser: read(environment, "source_user").trim(),
    sourcePassword: read(environment, "source_password"),
    registry: loginOf(environment, "registry"),
    base: loginOf(environment, "base"),
  };
}

/** The environment variable of an input: INPUT_ and the name in upper case. */
function read(environment: Environment, name: string): string {
  return environment[`INPUT_${name.toUpperCase()}`] ?? "";
}
