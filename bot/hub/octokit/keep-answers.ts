import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { RecentlyUsed } from "../../../src/github/recently-used.ts";

/** Compressed bytes that are kept at most; a page of a hundred pull requests has two megabytes of JSON, a tenth of it at most here. */
const KEPT = 32 * 1024 * 1024;

/**
 * `fetch` that asks whether what it read before is still so: docs.github.com, "Best practices for using the REST API", Use
 * conditional requests: an answer 304 does not count against the hour's limit. The kept answer is then returned with the 304's
 * headers: its date and limits are those of now. What was asked for the longest ago is dropped first.
 */
export function keepAnswers(send: typeof fetch, limit = KEPT): typeof fetch {
  const kept = new RecentlyUsed<KeptAnswer>(limit);
  const turns = new Turns();
  const ask = async (to: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (to instanceof Request || (init.method ?? "GET") !== "GET" || headers.has("if-none-match"))
      return send(to, init);
    const url = new URL(to).href;
    // The tag of another form of the answer would not be this one's.
    const key = `${headers.get("accept") ?? ""} ${url}`;
    return turns.take(key, async () => {
      const known = kept.get(key);
      if (known !== undefined) headers.set("if-none-match", known.tag);
      const answer = await send(url, { ...init, headers: Object.fromEntries(headers) });
      if (answer.status === 304 && known !== undefined) return revive(known, answer, url);
      const read = await readToKeep(answer, url);
      if (read === null) kept.delete(key);
      else kept.set(key, read, read.body.length);
      return answer;
    });
  };
  return ask as typeof fetch;
}

/**
 * The same is asked for by one at a time: the second one then has the tag of the first one's answer. It does not share that
 * answer, which may be older than what the second one has just written.
 */
class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<T>(key: string, act: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const mine = before === undefined ? act() : before.then(act, act);
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}

interface KeptAnswer {
  tag: string;
  headers: [string, string][];
  /** Compressed. */
  body: Buffer;
}

/** They describe the body, and 304 has none. */
const OF_THE_BODY = new Set(["content-type", "content-length", "content-encoding", "transfer-encoding"]);

async function revive({ headers: then, body }: KeptAnswer, { headers: now }: Response, url: string): Promise<Response> {
  const headers = new Headers(then);
  for (const [name, value] of now) if (!OF_THE_BODY.has(name)) headers.set(name, value);
  const answer = new Response(new Uint8Array(await promisify(gunzip)(body)), { status: 200, headers });
  return Object.defineProperty(answer, "url", { value: url });
}

/** Git objects never change: src/github/objects.ts keeps them and does not ask again. */
const OBJECT = /\/git\/(?:blobs|commits|trees)\/[^/]+$/;

/** null for what cannot be asked for again: redirects, whose target is another each time, files, and what GitHub gives no tag. */
async function readToKeep(answer: Response, url: string): Promise<KeptAnswer | null> {
  const { status, headers } = answer;
  const tag = headers.get("etag");
  const isJson = headers.get("content-type")?.startsWith("application/json") ?? false;
  if (status !== 200 || tag === null || !isJson || answer.url !== url) return null;
  if (OBJECT.test(new URL(url).pathname)) return null;
  const text = await answer.clone().text();
  if (isFullLastPage(text, url, headers.get("link"))) return null;
  return { tag, headers: [...headers], body: await promisify(gzip)(text) };
}

/** Lists that are read to their end are asked for by as many as GitHub gives at once; whoever asks for fewer wants no other page. */
const PAGE = "100";

/**
 * A tag is of the page's content: a full last page keeps it when another page follows, and nobody would ask for that one
 * (app-sre/github-mirror#113, octokit/rest.js#346). A list with a total in it has another content then.
 */
function isFullLastPage(text: string, url: string, link: string | null): boolean {
  if (new URL(url).searchParams.get("per_page") !== PAGE || (link ?? "").includes('rel="next"')) return false;
  return text.startsWith("[") && (JSON.parse(text) as unknown[]).length === Number(PAGE);
}
