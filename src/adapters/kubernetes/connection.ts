import type { Agent } from "node:http";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import nodeFetch, { FetchError, type Response } from "node-fetch";
import { readProxies, type Proxies } from "../../http/proxies.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import { openAgents, type Agents, type Tls } from "../http/agents.ts";
import { explainProxyFailure, refuseLogin } from "../http/proxy-failure.ts";
import { openLogin } from "./login.ts";

/** One request to the API server. */
export interface ApiCall {
  method: "GET" | "PATCH" | "POST" | "PUT" | "DELETE";
  /** With its query, from the root of the server. */
  path: string;
  /** Media type of the answer; JSON if left out. */
  accept?: string;
  body?: string;
  /** Media type of the body. */
  type?: string;
  /** The answer goes on for as long as it wants. */
  isEndless?: boolean;
}

/** The way to one API server, logged in. */
export interface Connection {
  context: string;
  user: string;
  /** `host:port`. */
  server: string;
  send(call: ApiCall): Promise<Response>;
  /** For connections that the library makes itself. */
  openAgent(): Promise<Agent>;
  close(): void;
}

export interface ConnectionOptions {
  config: KubeConfig;
  environment: Record<string, string | undefined>;
  clock: Clock;
  signal: AbortSignal;
}

/** The server answers a list of some thousand objects within seconds; its own limit is a minute (kube-apiserver, --request-timeout). */
const DEADLINE = 60_000;

export function openConnection({ config, environment, clock, signal }: ConnectionOptions): Connection {
  const cluster = config.getCurrentCluster()!;
  const context = config.getCurrentContext();
  const login = openLogin(config, clock.now);
  const proxies = proxiesOf(cluster.proxyUrl, environment);
  const agents = keepAgents(proxies);
  // A server may lie below a path, as every cluster behind Rancher does.
  const base = new URL(`${cluster.server.replace(/\/+$/, "")}/`);
  const chooseWay = async (url: URL) => {
    const { headers, tls } = await login();
    return { headers, ...agents.with(tls).of(url) };
  };
  const send = async (call: ApiCall): Promise<Response> => {
    signal.throwIfAborted();
    const url = new URL(call.path.replace(/^\//, ""), base);
    const way = await chooseWay(url);
    try {
      const answer = await fetchOnce(url, call, { ...way, signal });
      const login = answer.status === 407 ? refuseLogin({ url, proxy: way.proxy }) : null;
      if (login !== null) throw login;
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const explained = explainProxyFailure(withoutUrl(error), { url, proxy: way.proxy, proxies });
      throw explained instanceof SeedbedError ? explained : unreachable({ error: explained, context, url: base });
    }
  };
  return {
    context,
    user: config.getCurrentUser()?.name ?? "",
    server: base.host,
    send,
    openAgent: async () => (await chooseWay(base)).agent,
    close: agents.close,
  };
}

interface Choice {
  headers: Record<string, string>;
  agent: Agent;
  signal: AbortSignal;
}

function fetchOnce(url: URL, call: ApiCall, { headers, agent, signal }: Choice): Promise<Response> {
  const deadline = call.isEndless === true ? [] : [AbortSignal.timeout(DEADLINE)];
  const type = call.type === undefined ? {} : { "Content-Type": call.type };
  return nodeFetch(url, {
    method: call.method,
    headers: { Accept: call.accept ?? "application/json", ...headers, ...type },
    ...(call.body === undefined ? {} : { body: call.body }),
    agent,
    redirect: "manual",
    signal: AbortSignal.any([signal, ...deadline]),
  });
}

/** The kubeconfig's `proxy-url` comes before the environment, as in client-go. */
function proxiesOf(proxyUrl: string | undefined, environment: Record<string, string | undefined>): Proxies {
  if (proxyUrl === undefined || proxyUrl === "") return readProxies(environment);
  if (/^socks/i.test(proxyUrl))
    throw new SeedbedError(
      "proxy-invalid",
      "The kubeconfig's proxy-url is a SOCKS proxy, and only HTTP proxies can be used.",
      {
        fix: "Name an HTTP proxy, or forward a port of your own: ssh -L.",
      },
    );
  const { proxyOf, redact } = readProxies({ HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl });
  const rename = (proxy: ReturnType<Proxies["proxyOf"]>) =>
    proxy === null ? null : { ...proxy, variable: "the kubeconfig's proxy-url" };
  return { proxyOf: (url) => rename(proxyOf(url)), redact };
}

/** Agents for the login's certificates: a plugin may bring new ones at any time. */
function keepAgents(proxies: Proxies): { with(tls: Tls): Agents; close(): void } {
  let latest: { key: string; agents: Agents } | null = null;
  return {
    with: (tls) => {
      const key = JSON.stringify(tls);
      if (latest?.key === key) return latest.agents;
      latest?.agents.close();
      latest = { key, agents: openAgents(proxies, tls) };
      return latest.agents;
    },
    close: () => latest?.agents.close(),
  };
}

/** node-fetch puts the URL before the reason, and the codes of Node's error on its own. */
function withoutUrl(error: unknown): unknown {
  if (!(error instanceof FetchError)) return error;
  const { code, erroredSysCall: syscall } = error as FetchError & { erroredSysCall?: string };
  const message = error.message.replace(/^request to \S+ failed, reason: /, "");
  return Object.assign(new Error(message || (code ?? "no answer")), { code, syscall });
}

interface Unreachable {
  error: unknown;
  context: string;
  url: URL;
}

function unreachable({ error, context, url }: Unreachable): SeedbedError {
  const said = messageOf(error);
  const where = `The cluster of context ${context} (${url.host})`;
  if (/certificate|self-signed|altnames|SSL|TLS/i.test(said))
    return new SeedbedError("cluster-not-trusted", `${where} is not who the kubeconfig expects: ${said}`, {
      fix: "The kubeconfig has another certificate authority than the server: download it again. If this machine's clock is wrong, correct it.",
      cause: error,
    });
  return new SeedbedError("cluster-unreachable", `${where} cannot be reached: ${said}`, {
    fix: "Check the address, the VPN and HTTPS_PROXY; a host that needs no proxy goes into NO_PROXY.",
    cause: error,
  });
}
