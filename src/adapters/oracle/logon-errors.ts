import { DatabaseError } from "../../ports/database-error.ts";
import { messageOf, SeedbedError } from "../../problem/error.ts";
import type { Tunnel } from "../../ports/source-host.ts";

/**
 * Explains a failed logon. A listener that redirects (SCAN, shared server) returns another host, and the driver
 * connects to it directly, bypassing the tunnel.
 */
export function translateLogonError(error: unknown, tunnel: Tunnel): unknown {
  if (error instanceof SeedbedError || error instanceof DatabaseError) return error;
  const text = messageOf(error);
  const elsewhere = findOtherHost(text, tunnel);
  if (elsewhere === null) return new DatabaseError(text, { tag: null, cause: error });
  return new SeedbedError(
    "source-redirected",
    `${text}\nThe listener redirected the connection to ${elsewhere}, which the tunnel does not reach.`,
    {
      fix: "Set the source's listener.host and service_name to a node's own listener and its service, not to the SCAN address.",
      cause: error,
    },
  );
}

/** The driver's messages contain `host X` and `port N` of the last address that it tried. */
function findOtherHost(text: string, tunnel: Tunnel): string | null {
  const match = /\bhost:? "?([\w.:-]+?)"?,? port:? (\d+)/i.exec(text);
  if (match === null) return null;
  const [, host, port] = match;
  return host === tunnel.host && Number(port) === tunnel.port ? null : `${host}:${port}`;
}
