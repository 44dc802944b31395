import { SeedbedError } from "../../problem/error.ts";
import { parseChallenges } from "./challenge.ts";
import type { Challenge } from "./challenge.ts";
import { explainRefusal } from "./refusal.ts";
import type { Attempted, RegistryFacts } from "./refusal.ts";
import type { Transport } from "./transport.ts";

export interface Credentials {
  username: string;
  password: string;
}

/** `pull` or `pull,push` on one repository. */
export interface Scope {
  repository: string;
  actions: "pull" | "pull,push";
}

export interface AuthorizerOptions {
  transport: Transport;
  base: URL;
  credentials: Credentials | undefined;
  facts: RegistryFacts;
  /** Is told every token, so that it can be redacted from messages. */
  onSecret(secret: string): void;
}

interface Token {
  value: string;
  /** Milliseconds since the epoch. */
  usableUntil: number;
}

// A token must still be valid when it reaches the registry; one with a shorter lifetime is only used for a single request.
const TOKEN_MARGIN_MILLISECONDS = 10_000;
// distribution/distribution/docs/spec/auth/token.md: 60 s if the server gives no lifetime.
const DEFAULT_TOKEN_SECONDS = 60;

/** Detects a registry's authentication scheme, Basic or Bearer as in `docker login`, and keeps its tokens. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #tokens = new Map<string, Token>();
  #challenge: Promise<Challenge | null> | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Value of `Authorization` for a request to the registry itself, null where it needs none. */
  async header(scopes: Scope[], attempted: Attempted, signal?: AbortSignal): Promise<string | null> {
    const asked = (this.#challenge ??= this.#ping(signal));
    const challenge = await asked.catch((error: unknown) => {
      // Another call may have learned a newer one meanwhile.
      if (this.#challenge === asked) this.#challenge = undefined;
      throw error;
    });
    if (challenge?.scheme === "bearer") return this.#bearer(challenge, { scopes, attempted, signal });
    return challenge?.scheme === "basic" ? this.#basic() : null;
  }

  /** Processes a 401 response; true if a second attempt would send different credentials. */
  async learn(authenticate: string | undefined, scopes: Scope[]): Promise<boolean> {
    this.#tokens.delete(tokenKey(scopes));
    const challenge = chooseChallenge(authenticate ?? "");
    const before = await this.#challenge;
    if (challenge === null) return false;
    this.#challenge = Promise.resolve(challenge);
    if (challenge.scheme === "bearer") return true;
    // Sending the same password again would only bring the account closer to being locked.
    return before?.scheme !== "basic" && this.#options.credentials !== undefined;
  }

  /** Whether a token service checks the login before any request. */
  async givesTokens(): Promise<boolean> {
    return (await this.#challenge)?.scheme === "bearer";
  }

  async #ping(signal?: AbortSignal): Promise<Challenge | null> {
    const url = new URL("/v2/", this.#options.base);
    const reply = await this.#options.transport.send({ method: "GET", url, headers: {}, signal });
    if (reply.status === 401) {
      const authenticate = reply.headers["www-authenticate"];
      reply.discard();
      return chooseChallenge(authenticate ?? "");
    }
    if (reply.status === 200) {
      reply.discard();
      return null;
    }
    const attempted: Attempted = { doing: "answer at /v2/", repository: null, access: "pull", loginAccepted: false };
    throw await explainRefusal(reply, attempted, this.#options.facts);
  }

  #basic(): string | null {
    const { credentials } = this.#options;
    if (credentials === undefined) return null;
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  }

  async #bearer(challenge: Challenge, request: TokenRequest): Promise<string> {
    const key = tokenKey(request.scopes);
    const known = this.#tokens.get(key);
    if (known !== undefined && known.usableUntil > Date.now()) return `Bearer ${known.value}`;
    const token = await this.#fetchToken(challenge, request);
    this.#tokens.set(key, token);
    return `Bearer ${token.value}`;
  }

  async #fetchToken(challenge: Challenge, request: TokenRequest): Promise<Token> {
    const { transport, facts, credentials, onSecret } = this.#options;
    const url = this.#tokenUrl(challenge, request.scopes);
    const authorization = this.#basic();
    const headers = authorization === null ? {} : { authorization };
    const reply = await transport.send({ method: "GET", url, headers, signal: request.signal });
    if (reply.status !== 200) {
      const doing = credentials === undefined ? "give a token for" : "accept the login for";
      throw await explainRefusal(reply, { ...request.attempted, doing, loginAccepted: false }, facts);
    }
    const token = readToken(await reply.text(1 << 20), facts);
    onSecret(token.value);
    return token;
  }

  #tokenUrl(challenge: Challenge, scopes: Scope[]): URL {
    const { base, facts, credentials } = this.#options;
    const url = parseRealm(challenge.parameters["realm"], facts);
    if (url.protocol !== "https:" && base.protocol === "https:")
      throw new SeedbedError(
        "registry-realm-insecure",
        `The registry ${facts.host} wants logins to be sent to ${url.origin}, which is not encrypted. Nothing was sent there.`,
        { fix: "Ask the registry's operator to serve its token service over https." },
      );
    if (challenge.parameters["service"]) url.searchParams.set("service", challenge.parameters["service"]);
    for (const scope of scopes) url.searchParams.append("scope", `repository:${scope.repository}:${scope.actions}`);
    if (credentials !== undefined) url.searchParams.set("account", credentials.username);
    return url;
  }
}

interface TokenRequest {
  scopes: Scope[];
  attempted: Attempted;
  signal: AbortSignal | undefined;
}

function tokenKey(scopes: Scope[]): string {
  return scopes.map((scope) => `${scope.repository}:${scope.actions}`).join(" ");
}

function chooseChallenge(header: string): Challenge | null {
  const challenges = parseChallenges(header);
  const of = (scheme: string) => challenges.find((challenge) => challenge.scheme === scheme);
  return of("bearer") ?? of("basic") ?? null;
}

function parseRealm(realm: string | undefined, facts: RegistryFacts): URL {
  if (realm !== undefined && URL.canParse(realm)) return new URL(realm);
  throw new SeedbedError(
    "registry-protocol",
    `The registry ${facts.host} requires a token but gives no usable address of its token service: ${JSON.stringify(realm ?? null)}.`,
    { fix: "Check that the host in the settings is an OCI registry." },
  );
}

function readToken(text: string, facts: RegistryFacts): Token {
  const body = parseTokenBody(text);
  const value = body?.token ?? body?.access_token;
  if (typeof value !== "string" || value === "")
    throw new SeedbedError("registry-protocol", `The token service of ${facts.host} answered without a token.`, {
      fix: "Check that the host in the settings is an OCI registry.",
    });
  const seconds = typeof body?.expires_in === "number" ? body.expires_in : DEFAULT_TOKEN_SECONDS;
  return { value, usableUntil: Date.now() + seconds * 1000 - TOKEN_MARGIN_MILLISECONDS };
}

function parseTokenBody(text: string): { token?: unknown; access_token?: unknown; expires_in?: unknown } | null {
  try {
    return JSON.parse(text) as { token?: unknown };
  } catch {
    // The caller reports "answered without a token"; the text is not quoted because it may contain one.
    return null;
  }
}
