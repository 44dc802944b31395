import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import { shorten } from "../../text/shorten.ts";
import type { Tls } from "../http/agents.ts";

/** What a request needs beside its path. */
export interface Login {
  headers: Record<string, string>;
  tls: Tls;
}

/** How long a login is used before it is asked for again: plugins take a second, and their tokens live for minutes. */
const KEPT = 20_000;

/** Asks kubeconfig and login plugin for the login, once for all requests that need it at the same time. */
export function openLogin(config: KubeConfig, now: () => number): () => Promise<Login> {
  let latest: { at: number; login: Promise<Login> } | null = null;
  return () => {
    if (latest === null || now() - latest.at > KEPT) latest = { at: now(), login: readLogin(config) };
    return latest.login;
  };
}

async function readLogin(config: KubeConfig): Promise<Login> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw explain(config, error);
  }
  const { auth, ca, cert, key, servername, rejectUnauthorized } = options;
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
  if (typeof auth === "string") headers["Authorization"] = `Basic ${Buffer.from(auth).toString("base64")}`;
  const given = { ca, cert, key, servername, rejectUnauthorized };
  return { headers, tls: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Tls };
}

function explain(config: KubeConfig, error: unknown): SeedbedError {
  const context = config.getCurrentContext();
  const server = config.getCurrentCluster()?.server ?? "";
  if (server.startsWith("http:"))
    return new SeedbedError("cluster-in-clear", `The context ${context} would send its login to ${server} in clear.`, {
      fix: "Use an https address in the kubeconfig.",
    });
  const plugin = (config.getCurrentUser()?.exec as { command?: string } | undefined)?.command;
  const said = shorten(messageOf(error).trim(), 300) || "without a message";
  if (plugin === undefined)
    return new SeedbedError("cluster-login-failed", `The login of context ${context} cannot be read: ${said}`, {
      fix: "Download the kubeconfig again, or correct the files that it names.",
    });
  const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
  return new SeedbedError("login-plugin-failed", `The login plugin ${plugin} of context ${context} failed: ${said}`, {
    fix: isMissing
      ? "Install the program, or put its folder into PATH."
      : "Run the program by hand and log in as it asks; it gets no terminal here.",
  });
}
