import { SeedbedError } from "../error.ts";
import type { Tunnel } from "../ports.ts";

/** Milliseconds. */
export interface Deadlines {
  /** Whole logon, negotiation included. */
  connect: number;
  /** One call: the driver asks the server to break it off then. */
  call: number;
  /** What a server may take to answer that break before the tunnel is destroyed. */
  grace: number;
}

interface Limit {
  milliseconds: number;
  what: string;
}

/**
 * Bounds a call of the driver. Its own timeouts do not: they send a break and wait for the answer without limit, and
 * close() waits behind the call. Destroying the socket under it is the only way out.
 */
export async function withDeadline<T>(calling: Promise<T>, limit: Limit, tunnel: Tunnel): Promise<T> {
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    tunnel.destroy();
  }, limit.milliseconds);
  try {
    return await calling;
  } catch (error) {
    if (!silent) throw error;
    throw new SeedbedError(
      "source-silent",
      `The source did not answer ${limit.what} within ${limit.milliseconds / 1000} s; the tunnel to it was closed.`,
      { fix: "Check the network between the SSH host and the listener, then run the seed again.", cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
