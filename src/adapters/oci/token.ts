import { SeedbedError } from "../../problem/error.ts";
import type { Challenge } from "./challenge.ts";
import { explainRefusal } from "./refusal.ts";
import type { Attempted, RegistryFacts } from "./attempt.ts";
import type { RegistryLogin } from "../../registry-login/login.ts";
import type { HttpCall, HttpReply, Transport } from "./transport.ts";

/** `pull` or `pull,push` on one repository. */
export interface Scope {
  repository: string;
  actions: "pull" | "pull,push";
}

export interface AuthorizerOptions {
  transport: Transport;
  base: URL;
  credentials: RegistryLogin | undefined;
  facts: RegistryFacts;
  /** Is told every token, so that it can be redacted from messages. */
  onSecret(secret: string): void;
}

/** A Bearer token of a registry's token service. */
export interface Token {
  value: string;
  /** Milliseconds since the epoch. */
  usableUntil: number;
}

export interface TokenRequest {
  scopes: Scope[];
  attempted: Attempted;
  signal: AbortSignal | undefined;
}

// A token must still be valid when it reaches the registry; one with a shorter lifetime is only used for a single request.
const TOKEN_MARGIN_MILLISECONDS = 10_000;
// distribution/distribution/docs/spec/auth/token.md: 60 s if the server gives no lifetime.
const DEFAULT_TOKEN_SECONDS = 60;

/** Gets a token for these scopes: with the password or anonymously by GET, with an identity token by POST. */
export async function fetchToken(
  challenge: Challenge,
  request: TokenRequest,
  options: AuthorizerOptions,
): Promise<Token> {
  const { transport, facts, credentials, onSecret } = options;
  const realm = tokenService(challenge, options);
  const service = challenge.parameters["service"] ?? "";
  const call =
    credentials !== undefined && "identityToken" in credentials
      ? exchangeCall(realm, { service, scopes: request.scopes, refreshToken: credentials.identityToken })
      : askCall(realm, { service, scopes: request.scopes, credentials });
  const reply = await transport.send({ ...call, signal: request.signal });
  if (reply.status !== 200) throw await explainNoToken(reply, request, options);
  const token = readToken(await reply.text(1 << 20), facts);
  onSecret(token.value);
  return token;
}

/** `Authorization` of an account (RFC 7617). */
export function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** The error of an identity token where nothing exchanges it. */
export function noTokenService({ host }: RegistryFacts): SeedbedError {
  return new SeedbedError(
    "registry-identity-token",
    `The login for the registry ${host} is an identity token, but the registry has no token service that exchanges one.`,
    { fix: `Log in to ${host} with a username and a password or access token.` },
  );
}

interface Asked {
  service: string;
  scopes: Scope[];
}

/** distribution/distribution/docs/content/spec/auth/token.md. */
function askCall(
  realm: URL,
  asked: Asked & { credentials: { username: string; password: string } | undefined },
): HttpCall {
  const { service, scopes, credentials } = asked;
  if (service !== "") realm.searchParams.set("service", service);
  for (const scope of scopes) realm.searchParams.append("scope", scopeText(scope));
  if (credentials === undefined) return { method: "GET", url: realm, headers: {} };
  realm.searchParams.set("account", credentials.username);
  return { method: "GET", url: realm, headers: { authorization: basicHeader(credentials) } };
}

/** distribution/distribution/docs/content/spec/auth/oauth.md: one `scope` with all scopes, separated by blanks. */
function exchangeCall(realm: URL, { service, scopes, refreshToken }: Asked & { refreshToken: string }): HttpCall {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service,
    client_id: "seedbed",
    scope: scopes.map(scopeText).join(" "),
    refresh_token: refreshToken,
  });
  const body = Buffer.from(form.toString());
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
  return { method: "POST", url: realm, headers, body };
}

function scopeText({ repository, actions }: Scope): string {
  return `repository:${repository}:${actions}`;
}

async function explainNoToken(
  reply: HttpReply,
  { attempted }: TokenRequest,
  options: AuthorizerOptions,
): Promise<Error> {
  const { credentials, facts } = options;
  // oauth.md: 404 from a token service that only knows GET, and some answer 405.
  const exchanges = credentials !== undefined && "identityToken" in credentials;
  if (exchanges && (reply.status === 404 || reply.status === 405)) {
    reply.discard();
    return noTokenService(facts);
  }
  const doing = credentials === undefined ? "give a token for" : "accept the login for";
  return await explainRefusal(reply, { ...attempted, doing, loginAccepted: false }, facts);
}

function tokenService(challenge: Challenge, { base, facts }: AuthorizerOptions): URL {
  const url = parseRealm(challenge.parameters["realm"], facts);
  if (url.protocol !== "https:" && base.protocol === "https:")
    throw new SeedbedError(
      "registry-realm-insecure",
      `The registry ${facts.host} wants logins to be sent to ${url.origin}, which is not encrypted. Nothing was sent there.`,
      { fix: "Ask the registry's operator to serve its token service over https." },
    );
  return url;
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
