import { SeedbedError } from "../../problem/error.ts";
import type { Tunnel } from "../../ports/source-host.ts";

/** Milliseconds. */
export interface Deadlines {
  /** For the whole logon, including negotiation. */
  connect: number;
  /** For one call: afterwards the driver asks the server to cancel it. */
  call: number;
  /** How long the server may take to cancel a call before the tunnel is destroyed. */
  grace: number;
}

interface Limit {
  milliseconds: number;
  what: string;
}

/**
 * Limits the duration of a driver call. The driver's own timeouts send a break and wait indefinitely for the response, and
 * close() waits for the call. Destroying the underlying socket is the only way to end it.
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
      `The source did not answer ${limit.what} within ${limit.milliseconds / 1000} s, so the tunnel to it was closed.`,
      { fix: "Check the network between the SSH host and the listener, then run the seed again.", cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
