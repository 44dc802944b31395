import pRetry from "p-retry";
import { SeedbedError } from "../../problem/error.ts";
import { Authorizer } from "./authorization.ts";
import type { AuthorizerOptions, Scope } from "./token.ts";
import { judgeFailure, retryDelay } from "./failure.ts";
import { explainRefusal } from "./refusal.ts";
import type { Attempted, RegistryFacts } from "./attempt.ts";
import type { HttpCall, HttpReply, Transport } from "./transport.ts";

/** One request to a registry, with its purpose for error messages. */
export interface RegistryCall {
  method: HttpCall["method"];
  /** A path on the registry, or a URL that it returned. */
  to: string | URL;
  scopes: Scope[];
  /** Completes "The registry refused to …". */
  doing: string;
  headers?: Record<string, string>;
  body?: HttpCall["body"];
  /** Statuses that the caller handles; every other one is thrown. */
  expect: number[];
  /** Statuses that another attempt may mend, in addition to those of an overloaded registry. */
  passing?: number[];
  /** Whether the request can safely be repeated. */
  repeatable: boolean;
  signal?: AbortSignal | undefined;
}

export interface RetryOptions {
  attempts: number;
  firstDelayMilliseconds: number;
}

export interface ClientOptions extends Omit<AuthorizerOptions, "onSecret" | "facts"> {
  facts: RegistryFacts;
  retry: RetryOptions;
  onSecret(secret: string): void;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** An HTTP client for one registry: authorization, redirects, limited retries, and errors with a fix. */
export class RegistryClient {
  readonly facts: RegistryFacts;
  readonly retry: RetryOptions;
  readonly #base: URL;
  readonly #transport: Transport;
  readonly #authorizer: Authorizer;

  constructor(options: ClientOptions) {
    this.facts = options.facts;
    this.retry = options.retry;
    this.#base = options.base;
    this.#transport = options.transport;
    this.#authorizer = new Authorizer(options);
  }

  /** Sends until an expected response, a final refusal or the last attempt. */
  call(call: RegistryCall): Promise<HttpReply> {
    if (!call.repeatable) return this.#once(call);
    return this.repeat(() => this.#once(call), call.signal);
  }

  /** Repeats work while its failures are temporary. */
  repeat<T>(call: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return pRetry(call, {
      retries: this.retry.attempts - 1,
      minTimeout: this.retry.firstDelayMilliseconds,
      maxTimeout: 30_000,
      randomize: true,
      ...(signal === undefined ? {} : { signal }),
      shouldRetry: ({ error }) => judgeFailure(error) === "passing",
      onFailedAttempt: ({ error, retriesLeft }) => (retriesLeft > 0 ? retryDelay(error, signal) : undefined),
    });
  }

  close(): void {
    this.#transport.close();
  }

  async #once(call: RegistryCall): Promise<HttpReply> {
    try {
      return await this.#authorized(call);
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      throw wrapFailure(error, call, this.facts);
    }
  }

  async #authorized(call: RegistryCall): Promise<HttpReply> {
    let reply = await this.#follow(call);
    let loginAccepted = false;
    const toLearn = reply.status === 401 && !call.expect.includes(401);
    if (toLearn && this.#isOurs(reply.url) && isReplayable(call.body)) {
      const worthwhile = await this.#authorizer.learn(reply.headers["www-authenticate"], call.scopes);
      if (worthwhile) {
        reply.discard();
        reply = await this.#follow(call);
        // A new token was just issued for this login, so the registry accepts the login and denies the access.
        loginAccepted = this.facts.loggedIn && (await this.#authorizer.givesTokens());
      }
    }
    if (call.expect.includes(reply.status)) return reply;
    const refusal = await explainRefusal(reply, { ...describeCall(call), loginAccepted }, this.facts);
    if (call.passing?.includes(refusal.status)) refusal.passing = true;
    throw refusal;
  }

  async #follow(call: RegistryCall): Promise<HttpReply> {
    let url = new URL(call.to, this.#base);
    for (let hop = 0; ; hop += 1) {
      const reply = await this.#send(call, url);
      const next = redirectOf(reply, call);
      if (next === null || hop === MOST_REDIRECTS) return reply;
      reply.discard();
      url = next;
    }
  }

  async #send(call: RegistryCall, url: URL): Promise<HttpReply> {
    const headers = { "user-agent": "seedbed", ...call.headers };
    // Uploads and downloads may continue on another host, which never gets the login.
    const authorization = this.#isOurs(url)
      ? await this.#authorizer.header(call.scopes, describeCall(call), call.signal)
      : null;
    if (authorization !== null) Object.assign(headers, { authorization });
    if (this.#base.protocol === "https:" && url.protocol !== "https:") throw insecureTarget(url, this.facts);
    const { method, body, signal } = call;
    return this.#transport.send({ method, url, headers: sized(headers, call), body, signal });
  }

  #isOurs(url: URL): boolean {
    return url.origin === this.#base.origin;
  }
}

function sized(headers: Record<string, string>, call: RegistryCall): Record<string, string> {
  const sends = call.method === "POST" || call.method === "PUT" || call.method === "PATCH";
  if (!sends) return headers;
  if (call.body === undefined) return { ...headers, "content-length": "0" };
  if (Buffer.isBuffer(call.body)) return { ...headers, "content-length": String(call.body.length) };
  return { ...headers, "transfer-encoding": "chunked" };
}

function isReplayable(body: HttpCall["body"]): boolean {
  return body === undefined || Buffer.isBuffer(body);
}

function redirectOf(reply: HttpReply, call: RegistryCall): URL | null {
  if (call.method !== "GET" && call.method !== "HEAD") return null;
  const { location } = reply.headers;
  if (!REDIRECTS.includes(reply.status) || location === undefined) return null;
  return new URL(location, reply.url);
}

function describeCall(call: RegistryCall): Attempted {
  const access = call.scopes.some((scope) => scope.actions === "pull,push") ? "push" : "pull";
  const repository = call.scopes[0]?.repository ?? null;
  return { doing: call.doing, repository, access, loginAccepted: false };
}

function insecureTarget(url: URL, facts: RegistryFacts): SeedbedError {
  return new SeedbedError(
    "registry-redirect-insecure",
    `The registry ${facts.host} redirects to ${url.origin}, which is not encrypted. Nothing was sent there.`,
    { fix: "Ask the registry's operator to use https addresses." },
  );
}

function wrapFailure(error: unknown, call: RegistryCall, facts: RegistryFacts): unknown {
  if (error instanceof SeedbedError || !(error instanceof Error)) return error;
  if (error.name === "SourceFailure") return error;
  const target = call.scopes[0] === undefined ? "" : ` ${call.scopes[0].repository}`;
  return new SeedbedError(
    "registry-unreachable",
    `The registry ${facts.host} could not be reached to ${call.doing}${target}: ${facts.redact(error.message)}`,
    {
      fix: "Check the registry's host in the settings, its certificate, and the network between this machine and the registry.",
      cause: error,
    },
  );
}
