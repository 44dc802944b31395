/** What a tester flips while the server runs. */
export interface Faults {
  /** Never answers any more: sockets stay open, a connection that met the silence stays silent. */
  silent: boolean;
  /** Interrupts are read and nothing comes of them. */
  ignoreBreak: boolean;
  /** Sends new connections elsewhere, as a SCAN listener does. */
  redirect: { host: string; port: number } | null;
}
