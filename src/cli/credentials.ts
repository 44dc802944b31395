import type { Credentials } from "../credentials/credentials.ts";
import { SeedbedError } from "../problem/error.ts";

/** What a seed connects to: a folder as its target needs no registry. */
export type Target = "image" | "folder";

interface Wanted {
  variable: string;
  what: string;
  /** Not needed when the dump is written into a folder. */
  imageOnly?: true;
}

const WANTED: Wanted[] = [
  { variable: "SEEDBED_SSH_PRIVATE_KEY", what: "private key of the SSH user of the source's host" },
  { variable: "SEEDBED_SOURCE_USER", what: "database account that runs the export" },
  { variable: "SEEDBED_SOURCE_PASSWORD", what: "password of SEEDBED_SOURCE_USER" },
  { variable: "SEEDBED_REGISTRY_USERNAME", what: "account that may push seed images", imageOnly: true },
  { variable: "SEEDBED_REGISTRY_PASSWORD", what: "password or token of SEEDBED_REGISTRY_USERNAME", imageOnly: true },
  { variable: "SEEDBED_BASE_USERNAME", what: "account that may pull the base image", imageOnly: true },
  { variable: "SEEDBED_BASE_PASSWORD", what: "password or token of SEEDBED_BASE_USERNAME", imageOnly: true },
];

/** Reads the file that a `<NAME>_FILE` variable names. */
export type ReadSecretFile = (path: string) => Promise<string>;

/** Where secrets are read from. */
export interface SecretPlace {
  environment: Record<string, string | undefined>;
  readFile: ReadSecretFile;
}

/** Reads each secret from `<NAME>` or from the file that `<NAME>_FILE` names; all missing ones are reported at once. */
export async function readCredentials(place: SecretPlace, target: Target): Promise<Credentials> {
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const { variable, what, imageOnly } of WANTED) {
    if (imageOnly && target === "folder") continue;
    const value = await readSecret(variable, place);
    if (value === undefined || value.trim() === "") missing.push(`${variable}${emptyOrMissing(value)}: ${what}`);
    else values.set(variable, value);
  }
  if (missing.length > 0) throw missingSecrets(missing);
  const take = (variable: string): string => values.get(variable) ?? "";
  return {
    sshPrivateKey: take("SEEDBED_SSH_PRIVATE_KEY"),
    sshPassphrase: await readSecret("SEEDBED_SSH_PASSPHRASE", place),
    sourceUser: take("SEEDBED_SOURCE_USER"),
    sourcePassword: take("SEEDBED_SOURCE_PASSWORD"),
    registry: { username: take("SEEDBED_REGISTRY_USERNAME"), password: take("SEEDBED_REGISTRY_PASSWORD") },
    base: { username: take("SEEDBED_BASE_USERNAME"), password: take("SEEDBED_BASE_PASSWORD") },
  };
}

/** One line per secret, for a help text. */
export function describeSecrets(): string {
  const optional = { variable: "SEEDBED_SSH_PASSPHRASE", what: "passphrase of the private key, if it has one" };
  return [...WANTED, optional].map(({ variable, what }) => `  ${variable.padEnd(27)} ${what}`).join("\n");
}

async function readSecret(variable: string, { environment, readFile }: SecretPlace): Promise<string | undefined> {
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

function emptyOrMissing(value: string | undefined): string {
  return value === undefined ? "" : " (set, but empty)";
}

function missingSecrets(missing: string[]): SeedbedError {
  const list = missing.map((line) => `  ${line}`).join("\n");
  return new SeedbedError(
    "secrets-missing",
    `${missing.length === 1 ? "1 secret is" : `${missing.length} secrets are`} missing or empty:\n${list}`,
    {
      fix: "Set each variable, or <NAME>_FILE to a file with the value, then run the command again. No connection was made.",
    },
  );
}
