import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { limitsOf, type LimitNumbers, type Refusal, Usage } from "./usage.ts";
import type { State } from "./state.ts";
import type { Tokens } from "./tokens.ts";

/** What calls of one kind cost an identity: by name, as `CallLog.counts`. */
export interface Cost {
  /** Those that count against the hour's limit. */
  counted: Record<string, number>;
  /** Answers 304, which do not. */
  unchanged: Record<string, number>;
  refused: Record<string, number>;
}

export interface Limits {
  /** Of the App's installation. */
  readonly app: Cost;
  /** Changes the installation's limits from now on. */
  set(numbers: Partial<LimitNumbers>): void;
}

export interface LimitOptions {
  state: State;
  tokens: Tokens;
  numbers: Partial<LimitNumbers>;
  /** How a call is called in the log. */
  nameOf: (method: string, pathname: string) => string;
}

const DOCS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

/**
 * Answers conditional requests and keeps everybody to GitHub's limits.
 *
 * docs.github.com, "Best practices for using the REST API", Use conditional requests: a 304 does not count against the primary
 * limit. The tag depends on the token, so one that is renewed gets no 304 (GitHub's support in eclipse-csi/otterdog#201;
 * github/docs#34689; measured in bored-engineer/github-conditional-http-transport). It depends on the body alone and not on `Link`: a
 * page stays the same when another follows it (app-sre/github-mirror#113, octokit/rest.js#346). GitHub may send a new `Link` with
 * a 304; nothing says that it has to, so here it does not.
 */
export function limitCalls(app: Hono, { state, tokens, numbers, nameOf }: LimitOptions): Limits {
  const usages = new Map<string, Usage>();
  const changed = { ...numbers };
  const usageOf = (name: string) => {
    const known = usages.get(name) ?? new Usage(state.clock, limitsOf(name, changed));
    usages.set(name, known);
    return known;
  };
  const installation = `installation ${state.app.installationId}`;
  const costs = new Map<string, Cost>();
  const costOf = (name: string): Cost => {
    const known = costs.get(name) ?? { counted: {}, unchanged: {}, refused: {} };
    costs.set(name, known);
    return known;
  };
  app.use("*", async (context, next) => {
    const who = identify(context.req.header("authorization"), { state, tokens });
    const [usage, cost] = [usageOf(who), costOf(who)];
    const { method } = context.req;
    const { pathname } = new URL(context.req.url);
    const name = nameOf(method, pathname);
    const refusal = usage.begin(method, pathname);
    if (refusal !== null) {
      add(cost.refused, name);
      context.res = refuse(refusal, who);
    } else {
      await next().finally(() => usage.end());
      if (pathname === "/rate_limit") context.res = Response.json(viewLimits(usage));
      else if (await answerConditionally(context)) add(cost.unchanged, name);
      else {
        usage.count();
        add(cost.counted, name);
      }
    }
    for (const [header, value] of Object.entries(usage.headers())) context.res.headers.set(header, value);
  });
  return {
    app: costOf(installation),
    set: (more) => {
      Object.assign(changed, more);
      for (const [name, usage] of usages) usage.numbers = limitsOf(name, changed);
    },
  };
}

/** Whose limit a request counts against: installations, users, and all jobs of a repository together. */
function identify(header: string | undefined, { state, tokens }: Pick<LimitOptions, "state" | "tokens">): string {
  const actor = tokens.actor(header);
  if (actor === null) return tokens.isApp(header) ? `app ${state.app.id}` : "anonymous";
  if (actor.kind === "app") return `installation ${state.app.installationId}`;
  return actor.kind === "job" ? `jobs of ${state.owner}/${state.name}` : `user ${actor.account.login}`;
}

/** Gives an answer its tag, or replaces it by 304 if the client has it. Redirects and refusals have none. */
async function answerConditionally(context: Context): Promise<boolean> {
  const { res, req } = context;
  if (req.method !== "GET" || res.status !== 200) return false;
  const body = new Uint8Array(await res.clone().arrayBuffer());
  const before = ["accept", "authorization"].map((name) => req.header(name) ?? "").join(":");
  const tag = `W/"${createHash("sha256").update(`${before}:`).update(body).digest("hex")}"`;
  const vary = {
    etag: tag,
    vary: "Accept, Authorization, Cookie, X-GitHub-OTP",
    "cache-control": "private, max-age=60",
  };
  const known = (req.header("if-none-match") ?? "").split(",").map((one) => one.trim());
  if (known.includes(tag)) {
    // Assigned to an answer, Hono would keep the old one's headers.
    context.res = undefined;
    context.res = new Response(null, { status: 304, headers: vary });
    return true;
  }
  for (const [name, value] of Object.entries(vary)) res.headers.set(name, value);
  return false;
}

/** As GitHub words it: "exceeding the rate limit" in the documentation, and the message that its clients look for. */
function refuse({ kind, status, headers }: Refusal, who: string): Response {
  const message =
    kind === "primary"
      ? `API rate limit exceeded for ${who.replace(/^installation/, "installation ID")}.`
      : "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const documentation_url = kind === "primary" ? DOCS : `${DOCS}#about-secondary-rate-limits`;
  return Response.json({ message, documentation_url, status: String(status) }, { status, headers });
}

/** docs.github.com, "Get rate limit status for the authenticated user": asking does not count. */
function viewLimits(usage: Usage) {
  const { limit, remaining, used, reset } = usage.state();
  const core = { limit, remaining, used, reset };
  return { resources: { core, search: { limit: 30, remaining: 30, used: 0, reset } }, rate: core };
}

function add(to: Record<string, number>, name: string): void {
  to[name] = (to[name] ?? 0) + 1;
}
