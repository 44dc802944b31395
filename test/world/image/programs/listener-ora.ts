import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hostPath } from "../database/files.ts";

/** What the listener's files say of Oracle Net over TLS. */
export interface TlsEndpoint {
  port: number;
  /** The wallet's folder, as a path of this machine; null where listener.ora names none. */
  wallet: string | null;
}

/** The endpoint of listener.ora whose protocol is TCPS; null without one. */
export function readTlsEndpoint(root: string, home: string): TlsEndpoint | null {
  const file = join(home, "network/admin/listener.ora");
  const text = existsSync(file) ? readFileSync(file, "utf8").replace(/^#.*$/gm, "") : "";
  const port = /\(\s*PROTOCOL\s*=\s*TCPS\s*\)\s*\(\s*HOST\s*=[^()]*\)\s*\(\s*PORT\s*=\s*(\d+)\s*\)/i.exec(text)?.[1];
  if (port === undefined) return null;
  const wallet = /^WALLET_LOCATION\s*=[^\n]*\(\s*DIRECTORY\s*=\s*([^()\s]+)\s*\)/im.exec(text)?.[1];
  return { port: Number(port), wallet: wallet === undefined ? null : hostPath(root, wallet) };
}

/**
 * Where this machine has the endpoint in place of its port, because sandboxes share one network; what the server behind it is, if any;
 * and a listener that finds out about its wallet at the first handshake only. Read from `.world/listener.json`.
 */
export interface ListenerWorld {
  port?: number;
  server?: number;
  lateWallet?: boolean;
}

export function readListenerWorld(root: string): ListenerWorld {
  const file = join(root, ".world/listener.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ListenerWorld) : {};
}

/** What the process of the listener says once it listens, or why it does not. */
export function endpointsFile(root: string): string {
  return join(root, "dev/shm/listener.endpoints");
}
