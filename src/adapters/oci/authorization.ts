import { parseChallenges, type Challenge } from "./challenge.ts";
import { explainRefusal } from "./refusal.ts";
import type { Attempted } from "./attempt.ts";
import {
  basicHeader,
  fetchToken,
  noTokenService,
  type AuthorizerOptions,
  type Scope,
  type Token,
  type TokenRequest,
} from "./token.ts";

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
    const { credentials, facts } = this.#options;
    if (credentials === undefined) return null;
    if ("identityToken" in credentials) throw noTokenService(facts);
    return basicHeader(credentials);
  }

  async #bearer(challenge: Challenge, request: TokenRequest): Promise<string> {
    const key = tokenKey(request.scopes);
    const known = this.#tokens.get(key);
    if (known !== undefined && known.usableUntil > Date.now()) return `Bearer ${known.value}`;
    const token = await fetchToken(challenge, request, this.#options);
    this.#tokens.set(key, token);
    return `Bearer ${token.value}`;
  }
}

function tokenKey(scopes: Scope[]): string {
  return scopes.map((scope) => `${scope.repository}:${scope.actions}`).join(" ");
}

function chooseChallenge(header: string): Challenge | null {
  const challenges = parseChallenges(header);
  const of = (scheme: string) => challenges.find((challenge) => challenge.scheme === scheme);
  return of("bearer") ?? of("basic") ?? null;
}
