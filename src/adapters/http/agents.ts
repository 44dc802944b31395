import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { Proxies, Proxy } from "../../http/proxies.ts";
import { SeedbedError } from "../../problem/error.ts";
import { requireProxySupport } from "./proxy-failure.ts";

/** Connections that are kept and used again, direct ones and those through each proxy. */
export interface Agents {
  of(url: URL): Way;
  close(): void;
}

/** How a URL is reached. */
export interface Way {
  agent: HttpAgent;
  /** null for a direct connection. */
  proxy: Proxy | null;
}

/** What a server is verified by, and what this side shows it; Node's own authorities where nothing is given. */
export type Tls = Pick<SecureContextOptions, "ca" | "cert" | "key" | "pfx" | "passphrase"> & {
  servername?: string;
  rejectUnauthorized?: boolean;
};

/** Node's own agents: they tunnel https by CONNECT, and send http to the proxy as it is (nodejs.org, "Built-in Proxy Support"). */
export function openAgents(proxies: Proxies, tls: Tls = {}): Agents {
  const known = new Map<string, HttpAgent>();
  const of = (url: URL): Way => {
    if (url.protocol !== "https:" && url.protocol !== "http:") throw notHttp(url);
    const proxy = proxies.proxyOf(url);
    const key = `${url.protocol} ${proxy?.url ?? ""}`;
    const agent = known.get(key) ?? openAgent(url.protocol, proxy, tls);
    known.set(key, agent);
    return { agent, proxy };
  };
  return { of, close: () => known.forEach((agent) => agent.destroy()) };
}

function openAgent(protocol: string, proxy: Proxy | null, tls: Tls): HttpAgent {
  if (proxy !== null) requireProxySupport(process.versions.node, proxy);
  const proxyEnv = proxy === null ? {} : { https_proxy: proxy.url, http_proxy: proxy.url };
  const options = { keepAlive: true, noDelay: true, proxyEnv };
  return protocol === "https:" ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
}

function notHttp(url: URL): SeedbedError {
  return new SeedbedError("not-http", `${url.protocol}//${url.host} is not an http or https address.`, {
    fix: "Correct the address.",
  });
}
