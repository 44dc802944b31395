/** What a tester flips while the server runs. */
export interface Faults {
  /** The server stops answering: sockets stay open, and a connection that was affected stays silent. */
  silent: boolean;
  /** Interrupts are read and nothing comes of them. */
  ignoreBreak: boolean;
  /** Sends new connections elsewhere, as a SCAN listener does. */
  redirect: { host: string; port: number } | null;
}
