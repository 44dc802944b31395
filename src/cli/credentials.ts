import { type Credentials, pairOf } from "../credentials/credentials.ts";
import { SeedbedError } from "../problem/error.ts";

/** What a seed connects to: a folder as its target needs no registry. */
export type Target = "image" | "folder";

interface Wanted {
  variable: string;
  what: string;
  /** The login of a registry that it is half of: not needed when the dump is written into a folder, nor where both halves are missing. */
  login?: "registry" | "base";
}

const WANTED: Wanted[] = [
  { variable: "SEEDBED_SSH_PRIVATE_KEY", what: "private key of the SSH user of the source's host" },
  { variable: "SEEDBED_SOURCE_USER", what: "database account that runs the export" },
  { variable: "SEEDBED_SOURCE_PASSWORD", what: "password of SEEDBED_SOURCE_USER" },
  { variable: "SEEDBED_REGISTRY_USERNAME", what: "account that may push seed images", login: "registry" },
  { variable: "SEEDBED_REGISTRY_PASSWORD", what: "password or token of SEEDBED_REGISTRY_USERNAME", login: "registry" },
  { variable: "SEEDBED_BASE_USERNAME", what: "account that may pull the base image", login: "base" },
  { variable: "SEEDBED_BASE_PASSWORD", what: "password or token of SEEDBED_BASE_USERNAME", login: "base" },
];

/** Reads the file that a `<NAME>_FILE` variable names. */
export type ReadSecretFile = (path: string) => Promise<string>;

/** Where secrets are read from. */
export interface SecretStore {
  environment: Record<string, string | undefined>;
  readFile: ReadSecretFile;
}

/**
 * Reads each secret from `<NAME>` or from the file that `<NAME>_FILE` names; all missing ones are reported at once. A
 * registry's login may be left out, as a pair.
 */
export async function readCredentials(store: SecretStore, target: Target): Promise<Credentials> {
  const values = new Map<string, string>();
  const missing: Missing[] = [];
  for (const wanted of WANTED) {
    if (wanted.login !== undefined && target === "folder") continue;
    const value = await readSecret(wanted.variable, store);
    if (value === undefined || value.trim() === "") missing.push({ ...wanted, value });
    else values.set(wanted.variable, value);
  }
  const take = (variable: string): string => values.get(variable) ?? "";
  const login = (name: "REGISTRY" | "BASE") =>
    pairOf(take(`SEEDBED_${name}_USERNAME`), take(`SEEDBED_${name}_PASSWORD`));
  const logins = { registry: login("REGISTRY"), base: login("BASE") };
  requireAll(missing.filter((one) => one.login === undefined || logins[one.login] !== null));
  return {
    sshPrivateKey: take("SEEDBED_SSH_PRIVATE_KEY"),
    sshPassphrase: await readSecret("SEEDBED_SSH_PASSPHRASE", store),
    sourceUser: take("SEEDBED_SOURCE_USER"),
    sourcePassword: take("SEEDBED_SOURCE_PASSWORD"),
    ...logins,
  };
}

/** One line per secret, for a help text, and where registry logins are looked for. */
export function describeSecrets(): string {
  const optional = { variable: "SEEDBED_SSH_PASSPHRASE", what: "passphrase of the private key, if it has one" };
  const lines = [...WANTED, optional].map(({ variable, what }) => `  ${variable.padEnd(27)} ${what}`);
  return [...lines, "", ...LOGIN_ORDER].join("\n");
}

const LOGIN_ORDER = [
  "A registry's login is, in this order: its two variables; Docker's login for that registry, from config.json in",
  "$DOCKER_CONFIG or ~/.docker (a helper of credHelpers, else of credsStore, else auths); none.",
];

/** A secret from `<NAME>` or the file of `<NAME>_FILE`; undefined where neither is set. */
export async function readSecret(
  variable: string,
  { environment, readFile }: SecretStore,
): Promise<string | undefined> {
  const path = environment[`${variable}_FILE`];
  if (environment[variable] !== undefined && path !== undefined)
    throw new SeedbedError("secret-twice", `Both ${variable} and ${variable}_FILE are set.`, {
      fix: "Set only one of them. No connection was made.",
    });
  if (path === undefined) return environment[variable];
  // Editors add a final line feed, which is not part of a password; a private key needs it.
  const text = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SeedbedError("secret-file-unreadable", `${variable}_FILE cannot be read: ${cause.message}`, {
      fix: `Set ${variable}_FILE to a file that this user can read, or set ${variable} itself. No connection was made.`,
      cause,
    });
  });
  return variable === "SEEDBED_SSH_PRIVATE_KEY" ? text : text.replace(/\r?\n$/, "");
}

interface Missing extends Wanted {
  value: string | undefined;
}

function requireAll(missing: Missing[]): void {
  if (missing.length === 0) return;
  const emptyOrMissing = (value: string | undefined) => (value === undefined ? "" : " (set, but empty)");
  const list = missing.map(({ variable, what, value }) => `  ${variable}${emptyOrMissing(value)}: ${what}`).join("\n");
  throw new SeedbedError(
    "secrets-missing",
    `${missing.length === 1 ? "1 secret is" : `${missing.length} secrets are`} missing or empty:\n${list}`,
    {
      fix: "Set each variable, or <NAME>_FILE to a file with the value, then run the command again. No connection was made.",
    },
  );
}
