import type { Hono } from "hono";
import type { Faults } from "./faults.ts";
import { GitHubContract } from "./openapi/contract.ts";
import type { Tokens } from "./tokens.ts";

/** What clients asked for, and where they broke GitHub's own description. */
export interface CallLog {
  counts: Record<string, number>;
  /** The App's, in order: `GET /repos/…`, without the query. */
  sent: string[];
  violations: string[];
  /** Writes by the App, in order: `PATCH /repos/…`. */
  writes: string[];
}

/** GitHub's description and what was compiled of it, once for all GitHubs of a process. */
const contract = new GitHubContract();

/** Counts every call, checks those of the App and of jobs against GitHub's description, and applies faults. */
export function watchCalls(app: Hono, { faults, tokens }: { faults: Faults; tokens: Tokens }): CallLog {
  const log: CallLog = { counts: {}, sent: [], violations: [], writes: [] };
  app.use("*", async (context, next) => {
    const { method } = context.req;
    const { pathname } = new URL(context.req.url);
    const name = callName(method, pathname);
    log.counts[name] = (log.counts[name] ?? 0) + 1;
    const actor = tokens.actor(context.req.header("authorization"));
    if (actor?.kind !== "user")
      log.violations.push(
        ...contract.violations({ method, url: context.req.url, body: await readJson(context.req.raw.clone()) }),
      );
    if (actor?.kind === "app") log.sent.push(`${method} ${pathname}`);
    const fault = faults.take(method, pathname);
    if (fault && !fault.afterWrite) return context.json({ message: "injected" }, fault.status as 500, fault.headers);
    await next();
    if (method !== "GET" && tokens.isOwn(actor) && context.res.status < 300) {
      log.writes.push(`${method} ${pathname}`);
      await faults.wrote(method, pathname);
    }
    if (fault) context.res = new Response("{}", { status: fault.status, headers: fault.headers ?? {} });
    return undefined;
  });
  return log;
}

/** What a kind of call is called: its path without numbers and commits. */
export function callName(method: string, pathname: string): string {
  return `${method} ${pathname.replace(/\/\d+(?=\/|$)/g, "/{id}").replace(/[0-9a-f]{40}/g, "{sha}")}`;
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
