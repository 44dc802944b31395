import type { Proxies, Proxy } from "../../http/proxies.ts";
import { SeedbedError } from "../../problem/error.ts";

/** A request that did not get past a proxy. */
export interface Blocked {
  url: URL;
  proxy: Proxy | null;
  proxies: Proxies;
}

/** An error of Node's connections. */
interface NodeFailure extends Error {
  code?: string;
  syscall?: string;
  /** What a connection to several addresses ended with. */
  errors?: NodeFailure[];
}

/** The error of a request that took a proxy, in terms of that proxy if it is the proxy's; else the error as it is. */
export function explainProxyFailure(error: unknown, { url, proxy, proxies }: Blocked): unknown {
  if (proxy === null || !(error instanceof Error) || error instanceof SeedbedError) return error;
  const { code = "", message }: NodeFailure = error;
  const said = proxies.redact(message || code);
  if (code === "ERR_PROXY_TUNNEL") return judgeTunnel({ url, proxy }, { said, status: readStatus(said), cause: error });
  if (!isConnecting(error)) return error;
  // The only connection that is opened is the one to the proxy.
  return new SeedbedError(
    "proxy-unreachable",
    `The proxy ${proxy.address} of ${proxy.variable} cannot be reached: ${said}`,
    { fix: `Correct ${proxy.variable}, or start the proxy. A host that needs none goes into NO_PROXY.`, cause: error },
  );
}

/** 407 is always a proxy's: its refusal to hand on a request that needs no tunnel. */
export function refuseLogin({ url, proxy }: Omit<Blocked, "proxies">): SeedbedError | null {
  return proxy === null ? null : refused({ url, proxy }, { said: "HTTP 407", status: 407 });
}

/** Since Node 24.5 an agent takes `proxyEnv`; an older one would silently connect directly. */
export function requireProxySupport(version: string, { variable }: Pick<Proxy, "variable">): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 5)) return;
  throw new SeedbedError("proxy-old-node", `${variable} is set, but Node ${version} cannot use a proxy.`, {
    fix: "Use Node 24.5 or newer; on a self-hosted runner, update the runner.",
  });
}

/** What the proxy did not allow stays so; that it could not connect, or did not answer, may pass. */
function judgeTunnel(to: { url: URL; proxy: Proxy }, refusal: Refusal): SeedbedError {
  const isFinal = refusal.status >= 400 && refusal.status < 500;
  return refused(to, refusal, isFinal ? "proxy-refused" : "proxy-failed");
}

interface Refusal {
  said: string;
  status: number;
  cause?: unknown;
}

function refused(
  { url, proxy }: { url: URL; proxy: Proxy },
  { said, status, cause }: Refusal,
  code: "proxy-refused" | "proxy-failed" = "proxy-refused",
): SeedbedError {
  const target = `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
  return new SeedbedError(
    code,
    `The proxy ${proxy.address} of ${proxy.variable} did not connect to ${target}: ${said}`,
    { fix: fixFor(status, target, proxy.variable), cause },
  );
}

function fixFor(status: number, target: string, variable: string): string {
  if (status === 407)
    return `Put the proxy's login into ${variable}: http://user:password@host:port, user and password percent-encoded.`;
  if (status === 403)
    return `Ask the proxy's operator to allow ${target}, or add the host to NO_PROXY if it is reached without a proxy.`;
  return `Check that the proxy can reach ${target}; a host that is reached without a proxy goes into NO_PROXY.`;
}

/** The status of the proxy's answer to CONNECT, which Node quotes; 0 if there was none. */
function readStatus(said: string): number {
  return Number(/: HTTP\/1\.\d (\d{3})/.exec(said)?.[1] ?? 0);
}

function isConnecting(error: NodeFailure): boolean {
  const call = error.syscall ?? error.errors?.[0]?.syscall;
  return call === "connect" || call === "getaddrinfo";
}
