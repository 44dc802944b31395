import { createPrivateKey, type KeyObject } from "node:crypto";
import { listProxySecrets, readProxies, type Proxies } from "../src/http/proxies.ts";
import { showDocs } from "../src/problem/docs-url.ts";
import { renderPublicKey } from "../src/crypto/ed25519-key.ts";
import { locateErrors } from "../src/problem/locate-problem.ts";
import { SeedbedError } from "../src/problem/error.ts";
import type { MainSettings } from "./decide/pull/pull-state.ts";

/** The bot's configuration from its environment. */
export interface BotEnv {
  appId: number;
  /** PEM of the App's RSA key. */
  privateKey: string;
  webhookSecret: string;
  repository: { owner: string; name: string };
  signing: { id: string; privateKey: KeyObject };
  apiUrl: string;
  host: string;
  port: number;
  sweepMinutes: number;
  throttle: boolean;
  logLevel: string;
  proxies: Proxies;
  /** All secrets, so that the log can mask them. */
  secrets: string[];
}

type Variables = Record<string, string | undefined>;

/** Reads a file that a `<NAME>_FILE` variable points to. */
export type ReadSecretFile = (path: string) => string;

/** Reads the variables and throws a single error with everything that is wrong. */
export function readBotEnv(readFile: ReadSecretFile, variables: Variables = process.env): BotEnv {
  const reader = new Reader(variables, readFile);
  const appId = reader.number("APP_ID", { least: 1 });
  const privateKey = reader.secret("PRIVATE_KEY", checkAppKey);
  const webhookSecret = reader.secret("WEBHOOK_SECRET", checkWebhookSecret);
  const signingKey = reader.secret("SIGNING_KEY", checkSigningKey);
  const signingId = reader.text("SIGNING_KEY_ID", {
    form: /^[a-z][a-z0-9-]{0,15}$/,
    expected: "1 to 16 lower-case letters, digits or hyphens, starting with a letter",
    fallback: "k1",
  });
  const repository = reader.text("REPOSITORY", { form: /^[\w.-]+\/[\w.-]+$/, expected: "owner/name" });
  const apiUrl = reader.text("GITHUB_API_URL", {
    form: /^https?:\/\/[^\s/]+(?:\/[^\s]*[^\s/])?$/,
    expected: "an http or https URL without a slash at the end",
    fallback: "https://api.github.com",
  });
  const rest = {
    apiUrl,
    host: reader.text("HOST", { form: /^\S+$/, expected: "a host name or an IP address", fallback: "0.0.0.0" }),
    port: reader.number("PORT", { least: 0, most: 65_535, fallback: 3000 }),
    // Node's timers wait at most 24 days: a longer one would fire all the time.
    sweepMinutes: reader.number("SWEEP_MINUTES", { least: 1, most: 24 * 60, fallback: 5 }),
    throttle: reader.text("THROTTLE", { form: /^(?:on|off)$/, expected: "on or off", fallback: "on" }) === "on",
    logLevel: reader.text("LOG_LEVEL", {
      form: /^(?:trace|debug|info|warn|error|fatal|silent)$/,
      expected: "trace, debug, info, warn, error, fatal or silent",
      fallback: "info",
    }),
  };
  const proxies = reader.proxies();
  reader.finish();
  const [owner = "", name = ""] = repository.split("/");
  const signing = { id: signingId, privateKey: createPrivateKey(signingKey) };
  const secrets = [privateKey, webhookSecret, signingKey, ...listProxySecrets(variables)];
  return { appId, privateKey, webhookSecret, repository: { owner, name }, signing, ...rest, proxies, secrets };
}

/** Throws unless main's settings list the bot's public key: otherwise every permit that it signs would be refused. */
export function requireKnownKey(
  { signing }: Pick<BotEnv, "signing">,
  { settings, problems }: Pick<MainSettings, "settings" | "problems">,
): void {
  if (settings === null)
    throw new SeedbedError(
      "settings-invalid",
      `.github/seedbed.yml on main cannot be used: ${locateErrors(problems)}.`,
      { fix: "An administrator corrects it on main: a pull request has no checks while the bot does not run." },
    );
  const mine = renderPublicKey(signing.privateKey);
  if (settings.approval.keys.some(({ id, public_key }) => id === signing.id && public_key === mine)) return;
  throw new SeedbedError(
    "signing-key-unknown",
    `approval.keys in .github/seedbed.yml on main do not contain the bot's key ${signing.id}.`,
    {
      fix: `Add { id: ${signing.id}, public_key: ${mine} } there in a pull request approved by the platform team, or give the bot the private key of an entry that is there.`,
    },
  );
}

interface NumberForm {
  least: number;
  most?: number;
  fallback?: number;
}

interface TextForm {
  form: RegExp;
  /** The form in words. */
  expected: string;
  fallback?: string;
}

/** Reads variables and collects errors; a secret may also be in a file, whose path is in `<NAME>_FILE`. */
class Reader {
  private readonly wrong: string[] = [];
  private readonly variables: Variables;
  private readonly readFile: ReadSecretFile;

  constructor(variables: Variables, readFile: ReadSecretFile) {
    this.variables = variables;
    this.readFile = readFile;
  }

  text(name: string, { form, expected, fallback }: TextForm): string {
    const value = this.variables[name]?.trim() || fallback;
    if (value === undefined) this.wrong.push(`${name} is missing.`);
    else if (!form.test(value)) this.wrong.push(`${name} is "${value}", which is not valid: expected ${expected}.`);
    return value ?? "";
  }

  number(name: string, { least, most = Infinity, fallback }: NumberForm): number {
    const text = this.variables[name]?.trim() || String(fallback ?? "");
    const value = Number(text);
    if (text === "" || text === "undefined") this.wrong.push(`${name} is missing.`);
    else if (!Number.isSafeInteger(value) || value < least || value > most)
      this.wrong.push(`${name} must be a whole number ${rangeOf(least, most)}.`);
    return value;
  }

  secret(name: string, check: (value: string) => string | null): string {
    const value = this.readSecret(name);
    const why = value === "" ? `${name} (or ${name}_FILE) is missing.` : check(value);
    if (why !== null) this.wrong.push(why);
    return value;
  }

  proxies(): Proxies {
    try {
      return readProxies(this.variables);
    } catch (error) {
      if (!(error instanceof SeedbedError)) throw error;
      this.wrong.push(`${error.message} ${error.fix}`);
      return readProxies({});
    }
  }

  finish(): void {
    if (this.wrong.length === 0) return;
    throw new SeedbedError("environment-wrong", `The bot's environment is not valid. ${this.wrong.join(" ")}`, {
      fix: `Set these variables as described in ${showDocs("docs/bot.md")}.`,
    });
  }

  private readSecret(name: string): string {
    const file = this.variables[`${name}_FILE`];
    if (file === undefined) return normalize(this.variables[name] ?? "");
    try {
      return normalize(this.readFile(file));
    } catch (error) {
      this.wrong.push(`${name}_FILE cannot be read: ${(error as Error).message}.`);
      return "";
    }
  }
}

function rangeOf(least: number, most: number): string {
  return most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
}

/** Many secret stores provide a PEM as one line with escaped line breaks (`\n`). */
function normalize(text: string): string {
  const value = text.trim();
  return value.startsWith("-----BEGIN") ? `${value.replaceAll("\\n", "\n")}\n` : value;
}

// Well-known defaults of frameworks and examples, which an attacker would try first.
const DEFAULTS = ["development", "secret", "webhook", "changeme", "password", "test", "example"];

function checkWebhookSecret(value: string): string | null {
  const say = (why: string) =>
    `WEBHOOK_SECRET ${why}, so an attacker could forge webhooks. Generate one with: openssl rand -hex 32.`;
  if (value.length < 32) return say(`has ${value.length} characters instead of at least 32`);
  const plain = value.toLowerCase();
  if (DEFAULTS.some((word) => plain.replaceAll(word, "").replace(/[-_\d]/g, "") === ""))
    return say("is a known default");
  return new Set(value).size < 10 ? say("repeats too few characters") : null;
}

function checkAppKey(value: string): string | null {
  return typeOf(value) === "rsa"
    ? null
    : "PRIVATE_KEY is not an RSA private key in PEM format, as GitHub generates it for an App.";
}

function checkSigningKey(value: string): string | null {
  return typeOf(value) === "ed25519"
    ? null
    : "SIGNING_KEY is not an Ed25519 private key in PEM format (openssl genpkey -algorithm ed25519).";
}

function typeOf(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
