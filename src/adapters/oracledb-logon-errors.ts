import { DatabaseError } from "../export/database-error.ts";
import { messageOf, SeedbedError } from "../error.ts";
import type { Tunnel } from "../ports.ts";

/**
 * What a failed logon means. A listener that redirects (SCAN, shared server) names another host, and the driver
 * follows it straight, past the tunnel.
 */
export function translateLogonError(error: unknown, tunnel: Tunnel): unknown {
  if (error instanceof SeedbedError || error instanceof DatabaseError) return error;
  const text = messageOf(error);
  const elsewhere = findOtherHost(text, tunnel);
  if (elsewhere === null) return new DatabaseError(text, { tag: null, cause: error });
  return new SeedbedError(
    "source-redirected",
    `${text}\nThe listener sent the connection on to ${elsewhere}, which the tunnel does not reach.`,
    {
      fix: "Name the node's own listener and its service in the source's listener.host and service_name, not the SCAN address.",
      cause: error,
    },
  );
}

/** The driver's texts say `host X` and `port N` of the address it tried last. */
function findOtherHost(text: string, tunnel: Tunnel): string | null {
  const match = /\bhost:? "?([\w.:-]+?)"?,? port:? (\d+)/i.exec(text);
  if (match === null) return null;
  const [, host, port] = match;
  return host === tunnel.host && Number(port) === tunnel.port ? null : `${host}:${port}`;
}
