import nodeFetch, { FetchError, type Response as NodeResponse } from "node-fetch";
import type { Proxies } from "../../http/proxies.ts";
import { openAgents, type Tls } from "./agents.ts";
import { explainProxyFailure, refuseLogin } from "./proxy-failure.ts";

/** GitHub ends a request after 10 s itself (docs.github.com, "Troubleshooting the REST API", Timeouts); artifacts take longer. */
const DEADLINE = 60_000;

/**
 * `fetch` through the environment's proxies: Node's own has no proxy that can be handed to it. Redirects are followed, each by its
 * own way, and another host does not get the token.
 */
export function openFetch(proxies: Proxies, tls: Tls = {}): typeof fetch {
  const agents = openAgents(proxies, tls);
  const send = async (to: string | URL | Request, init: RequestInit = {}): Promise<unknown> => {
    const first = new URL(to instanceof Request ? to.url : to);
    // The way of the last redirect is the one that failed.
    let last = { url: first, proxy: agents.of(first).proxy };
    const deadline = AbortSignal.timeout(DEADLINE);
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const agent = (url: URL) => {
      const { agent: chosen, proxy } = agents.of(url);
      last = { url, proxy };
      return chosen;
    };
    try {
      const answer = await nodeFetch(first, { ...(init as object), agent, signal });
      const login = answer.status === 407 ? refuseLogin(last) : null;
      if (login !== null) throw login;
      return await readWhole(answer);
    } catch (error) {
      throw explainProxyFailure(withoutUrl(error), { ...last, proxies });
    }
  };
  return send as typeof fetch;
}

/** Statuses whose answers have no body (fetch.spec.whatwg.org, null body status). */
const NO_BODY = new Set([204, 205, 304]);

/** The answer with its whole body: one that breaks off is a request that failed, and not an answer without content. */
async function readWhole(answer: NodeResponse): Promise<Response> {
  const body = await answer.arrayBuffer();
  const { status, statusText, url } = answer;
  const whole = new Response(NO_BODY.has(status) ? null : body, { status, statusText, headers: [...answer.headers] });
  return Object.defineProperty(whole, "url", { value: url });
}

/** node-fetch names URLs in its messages, and that of a redirect to an artifact is a key to it. */
function withoutUrl(error: unknown): unknown {
  if (!(error instanceof FetchError)) return error;
  const { code, erroredSysCall: syscall } = error as FetchError & { erroredSysCall?: string };
  const message = error.message
    .replace(/^request to \S+ failed, reason: /, "")
    .replace(/(maximum redirect reached at: https?:\/\/[^\s/?#]+)\S*/, "$1/…")
    .replace(/(invalid redirect URL: )\S+/, "$1…");
  return Object.assign(new Error(message), { code, syscall });
}
