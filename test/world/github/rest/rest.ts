import type { Context, Hono } from "hono";
import type { State } from "../state.ts";
import { may, type Access, type Actor, type Tokens } from "../tokens.ts";

/** One call of the REST API, authenticated and read. */
export interface Call {
  actor: Actor;
  param(name: string): string;
  query(name: string): string | undefined;
  body: Record<string, unknown>;
  url: URL;
}

export interface Reply {
  status: number;
  json?: unknown;
  headers?: Record<string, string>;
}

export type Need = [permission: string, access: Access] | "anyone" | "app";

export interface RouteOptions {
  need: Need;
  handle: (call: Call) => Reply | Promise<Reply>;
}

/** Routes below one server; refuses what the token may not do before a handler sees it. */
export class Rest {
  readonly state: State;
  readonly tokens: Tokens;
  private readonly app: Hono;

  constructor(app: Hono, state: State, tokens: Tokens) {
    this.app = app;
    this.state = state;
    this.tokens = tokens;
  }

  on(name: string, options: RouteOptions): void {
    const [method, path] = name.split(" ") as [string, string];
    this.app.on(method, path, (context) => this.answer(context, options));
  }

  /** Routes of the one repository that exists here: others are not found, as without access. */
  onRepository(name: string, options: RouteOptions): void {
    const [method, path] = name.split(" ") as [string, string];
    this.app.on(method, `/repos/${this.state.owner}/${this.state.name}${path}`, (context) =>
      this.answer(context, options),
    );
  }

  private async answer(context: Context, { need, handle }: RouteOptions): Promise<Response> {
    const header = context.req.header("authorization");
    const actor = need === "app" ? this.appActor(header) : this.tokens.actor(header);
    if (actor === null || actor.kind === "key")
      return send(refuse(header === undefined ? 404 : 401, header === undefined ? "Not Found" : "Bad credentials"));
    if (Array.isArray(need) && !may(actor, ...need)) return send(this.forbid(actor, need));
    const body = await readBody(context);
    if (body === null) return send(refuse(400, "Problems parsing JSON"));
    const call: Call = {
      actor,
      param: (name) => context.req.param(name) ?? "",
      query: (name) => context.req.query(name),
      body,
      // GitHub's own name of itself, whatever a server in front of it calls it.
      url: new URL(pathOf(context.req.url), this.state.url()),
    };
    return send(await handle(call));
  }

  private appActor(header: string | undefined): Actor | null {
    if (!this.tokens.isApp(header)) return null;
    const { app } = this.state;
    return { kind: "app", account: { id: 0, login: app.slug, type: "Bot" }, permissions: {}, app };
  }

  private forbid(actor: Actor, [permission, access]: [string, Access]): Reply {
    if (actor.kind === "user" && actor.role === "none") return refuse(404, "Not Found");
    if (actor.kind === "user") return refuse(403, `Must have ${access} access to ${permission}.`);
    return refuse(403, "Resource not accessible by integration");
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

export function ok(json: unknown, status = 200): Reply {
  return { status, json };
}

export function refuse(status: number, message: string, errors?: unknown[]): Reply {
  return {
    status,
    json: {
      message,
      ...(errors ? { errors } : {}),
      documentation_url: "https://docs.github.com/rest",
      status: String(status),
    },
  };
}

/** One page of a list with the `Link` header that clients follow. */
export function page(call: Call, items: unknown[], wrap: (part: unknown[]) => unknown = (part) => part): Reply {
  const size = Math.min(100, Math.max(1, Number(call.query("per_page") ?? 30)));
  const number = Math.max(1, Number(call.query("page") ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = number < last ? [link(number + 1, "next"), link(last, "last")] : [];
  if (number > 1) links.push(link(1, "first"), link(number - 1, "prev"));
  const json = wrap(items.slice((number - 1) * size, number * size));
  return { status: 200, json, headers: links.length > 0 ? { link: links.join(", ") } : {} };
}

/** A text of the body; the fallback where it is absent. */
export function text(call: Call, name: string, fallback = ""): string {
  const value = call.body[name];
  return typeof value === "string" ? value : fallback;
}

async function readBody(context: Context): Promise<Record<string, unknown> | null> {
  const raw = await context.req.text();
  if (raw === "") return {};
  try {
    const value: unknown = JSON.parse(raw);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return null;
  }
}

function send(reply: Reply): Response {
  const headers = new Headers(reply.headers);
  headers.set("content-type", "application/json; charset=utf-8");
  const empty = reply.json === undefined || reply.status === 204;
  return new Response(empty ? null : JSON.stringify(reply.json), { status: reply.status, headers });
}
