/** What the server saw, for tests that do not take the client's word. */
export interface Counters {
  /** By their end: with a session, or refused (wrong password, unknown user, locked). */
  logons: { ok: number; refused: number };
  /** Sockets that are open now. */
  connections: number;
  /** Logged-on sessions that are open now. */
  sessions: number;
  /** Interrupts that clients sent, answered or not. */
  breaks: number;
  /** Calls that reached the engine. */
  calls: number;
}

/** Nothing seen yet. */
export function newCounters(): Counters {
  return { logons: { ok: 0, refused: 0 }, connections: 0, sessions: 0, breaks: 0, calls: 0 };
}
