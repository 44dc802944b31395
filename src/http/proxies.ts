import { SeedbedError } from "../problem/error.ts";
import { isExempt, readExemptions } from "./no-proxy.ts";

/** A proxy of the environment. */
export interface Proxy {
  /** The variable that names it, as it is spelt there. */
  variable: string;
  /** With user and password, if it has them: never in a message. */
  url: string;
  /** `host:port`, for messages. */
  address: string;
}

/** Which way HTTP connections take. */
export interface Proxies {
  /** null for a direct connection. */
  proxyOf(url: URL): Proxy | null;
  /** Removes the proxies' passwords from a text. */
  redact(text: string): string;
}

/** A process's environment. */
type Environment = Record<string, string | undefined>;

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; the lower-case spelling comes first, and an empty value counts as none, as in
 * curl and Node. Without a scheme a proxy is spoken to by http. Throws if a value is not the URL of an HTTP proxy.
 */
export function readProxies(environment: Environment): Proxies {
  const https = readProxy(environment, "HTTPS_PROXY");
  const http = readProxy(environment, "HTTP_PROXY");
  const exemptions = readExemptions(find(environment, "NO_PROXY")?.value ?? "");
  const secrets = listProxySecrets(environment);
  return {
    proxyOf: (url) => {
      const proxy = url.protocol === "https:" ? https : http;
      return proxy === null || isExempt(exemptions, url) ? null : proxy;
    },
    redact: (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, "***"), text),
  };
}

/** Passwords of the proxies, and what HTTP sends of them, longest first. Never throws: they are masked before anything is judged. */
export function listProxySecrets(environment: Environment): string[] {
  const found = ["HTTPS_PROXY", "HTTP_PROXY"].flatMap((name) => {
    const value = find(environment, name)?.value ?? "";
    const login = loginOf(value);
    if (login === null) return value.includes("@") ? [value] : [];
    const { user, password, raw } = login;
    return password === "" ? [] : [value, password, raw, Buffer.from(`${user}:${password}`).toString("base64")];
  });
  return [...new Set(found)].toSorted((a, b) => b.length - a.length);
}

interface Variable {
  name: string;
  value: string;
}

function find(environment: Environment, name: string): Variable | null {
  for (const spelling of [name.toLowerCase(), name]) {
    const value = environment[spelling]?.trim();
    if (value) return { name: spelling, value };
  }
  return null;
}

function readProxy(environment: Environment, name: string): Proxy | null {
  const found = find(environment, name);
  if (found === null) return null;
  const url = parse(found.value);
  // The value is not quoted: a password may be anywhere in it.
  if (url === null || url.hostname === "" || (url.username + url.password !== "" && loginOf(found.value) === null))
    throw invalid(`${found.name} is not the URL of a proxy.`, found.name);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalid(
      `${found.name} begins with ${url.protocol}//, but only HTTP proxies can be used (http:// or https://).`,
      found.name,
    );
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return { variable: found.name, url: url.href, address: `${url.hostname}:${port}` };
}

function invalid(message: string, variable: string): SeedbedError {
  return new SeedbedError("proxy-invalid", message, {
    fix: `Set ${variable} to http://host:port, or http://user:password@host:port with user and password percent-encoded. Nothing was sent.`,
  });
}

/** curl(1), --proxy: without a scheme, http. */
function parse(value: string): URL | null {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** User and password of a proxy's URL; null if it has none, or they are not percent-encoded. */
function loginOf(value: string): { user: string; password: string; raw: string } | null {
  const url = parse(value);
  if (url === null || url.username + url.password === "") return null;
  try {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return { user, password, raw: url.password };
  } catch {
    // A lone %: whoever sends the login could not decode it either.
    return null;
  }
}
