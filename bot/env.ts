import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { showDocs } from "../src/docs-url.ts";
import { SeedbedError } from "../src/error.ts";
import type { Settings } from "../src/settings/settings.ts";

/** The bot's process environment, read once. */
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
  /** Every secret as it was given, so that the log can strike it out. */
  secrets: string[];
}

type Variables = Record<string, string | undefined>;

/** Reads a file that a `<NAME>_FILE` variable points to. */
export type ReadSecretFile = (path: string) => string;

/** Reads `process.env`, or what a test gives. Throws once, with everything that is wrong. */
export function readBotEnv(readFile: ReadSecretFile, variables: Variables = process.env): BotEnv {
  const reader = new Reader(variables, readFile);
  const appId = reader.number("APP_ID", { least: 1 });
  const privateKey = reader.secret("PRIVATE_KEY", checkAppKey);
  const webhookSecret = reader.secret("WEBHOOK_SECRET", checkWebhookSecret);
  const signingKey = reader.secret("SIGNING_KEY", checkSigningKey);
  const signingId = reader.text("SIGNING_KEY_ID", { form: /^[a-z][a-z0-9-]{0,15}$/, fallback: "k1" });
  const repository = reader.text("REPOSITORY", { form: /^[\w.-]+\/[\w.-]+$/ });
  const apiUrl = reader.text("GITHUB_API_URL", {
    form: /^https?:\/\/[^\s/]+(?:\/[^\s]*[^\s/])?$/,
    fallback: "https://api.github.com",
  });
  const rest = {
    apiUrl,
    host: reader.text("HOST", { form: /^\S+$/, fallback: "0.0.0.0" }),
    port: reader.number("PORT", { least: 0, fallback: 3000 }),
    sweepMinutes: reader.number("SWEEP_MINUTES", { least: 1, fallback: 5 }),
    throttle: reader.text("THROTTLE", { form: /^(?:on|off)$/, fallback: "on" }) === "on",
    logLevel: reader.text("LOG_LEVEL", { form: /^(?:trace|debug|info|warn|error|fatal|silent)$/, fallback: "info" }),
  };
  reader.finish();
  const [owner = "", name = ""] = repository.split("/");
  const signing = { id: signingId, privateKey: createPrivateKey(signingKey) };
  const secrets = [privateKey, webhookSecret, signingKey];
  return { appId, privateKey, webhookSecret, repository: { owner, name }, signing, ...rest, secrets };
}

/** Throws unless main's settings know the public half of the bot's key: what it signed would open no door. */
export function requireKnownKey({ signing }: Pick<BotEnv, "signing">, settings: Settings | null): void {
  const mine = createPublicKey(signing.privateKey).export({ format: "der", type: "spki" }).toString("base64");
  const keys = settings?.approval.keys ?? [];
  if (keys.some(({ id, public_key }) => id === signing.id && public_key === mine)) return;
  throw new SeedbedError(
    "signing-key-unknown",
    `approval.keys of .github/seedbed.yml on main do not have the bot's key ${signing.id}.`,
    {
      fix: `Add { id: ${signing.id}, public_key: ${mine} } there in a pull request of the platform team, or give the bot the key that is there.`,
    },
  );
}

interface NumberForm {
  least: number;
  fallback?: number;
}

interface TextForm {
  form: RegExp;
  fallback?: string;
}

/** Reads variables and collects what is wrong with them; a secret may stand in a file named by `<NAME>_FILE`. */
class Reader {
  private readonly wrong: string[] = [];
  private readonly variables: Variables;
  private readonly readFile: ReadSecretFile;

  constructor(variables: Variables, readFile: ReadSecretFile) {
    this.variables = variables;
    this.readFile = readFile;
  }

  text(name: string, { form, fallback }: TextForm): string {
    const value = this.variables[name]?.trim() || fallback;
    if (value === undefined) this.wrong.push(`${name} is missing.`);
    else if (!form.test(value)) this.wrong.push(`${name} is "${value}", which it cannot be.`);
    return value ?? "";
  }

  number(name: string, { least, fallback }: NumberForm): number {
    const text = this.variables[name]?.trim() || String(fallback ?? "");
    const value = Number(text);
    if (text === "" || text === "undefined") this.wrong.push(`${name} is missing.`);
    else if (!Number.isSafeInteger(value) || value < least)
      this.wrong.push(`${name} is no whole number from ${least}.`);
    return value;
  }

  secret(name: string, check: (value: string) => string | null): string {
    const value = this.readSecret(name);
    const why = value === "" ? `${name} (or ${name}_FILE) is missing.` : check(value);
    if (why !== null) this.wrong.push(why);
    return value;
  }

  finish(): void {
    if (this.wrong.length === 0) return;
    throw new SeedbedError("environment-wrong", `The bot does not start. ${this.wrong.join(" ")}`, {
      fix: `Set these variables as ${showDocs("docs/bot.md")} says.`,
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

/** A PEM on one line, with `\n` written out, is how many secret stores hand it over. */
function normalize(text: string): string {
  const value = text.trim();
  return value.startsWith("-----BEGIN") ? `${value.replaceAll("\\n", "\n")}\n` : value;
}

// Known defaults of frameworks and examples; each has let strangers in somewhere.
const DEFAULTS = ["development", "secret", "webhook", "changeme", "password", "test", "example"];

function checkWebhookSecret(value: string): string | null {
  const say = (why: string) =>
    `WEBHOOK_SECRET ${why}: anybody could send webhooks. Make one with: openssl rand -hex 32.`;
  if (value.length < 32) return say(`has ${value.length} characters, at least 32 are needed`);
  const plain = value.toLowerCase();
  if (DEFAULTS.some((word) => plain.replaceAll(word, "").replace(/[-_\d]/g, "") === ""))
    return say("is a known default");
  return new Set(value).size < 10 ? say("repeats too few characters") : null;
}

function checkAppKey(value: string): string | null {
  return typeOf(value) === "rsa" ? null : "PRIVATE_KEY is no RSA private key in PEM, as GitHub gives it for an App.";
}

function checkSigningKey(value: string): string | null {
  return typeOf(value) === "ed25519"
    ? null
    : "SIGNING_KEY is no Ed25519 private key in PEM (openssl genpkey -algorithm ed25519).";
}

function typeOf(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
