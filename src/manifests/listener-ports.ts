import type { DatabaseRequest } from "../request/request.ts";

/** A port of the listener, by its name in pod and Services. */
export interface ListenerPort {
  name: string;
  port: number;
}

const PLAIN: ListenerPort = { name: "listener", port: 1521 };
/** Oracle's own port for it (IANA: ttc-ssl). */
const OVER_TLS: ListenerPort = { name: "tcps", port: 2484 };

/** The ports for pods of the cluster: Oracle Net in the clear, and over TLS where the request asks for it. */
export function insidePorts({ database }: DatabaseRequest): ListenerPort[] {
  return database.access.tls === true ? [PLAIN, OVER_TLS] : [PLAIN];
}

/** The port for addresses outside of the cluster: what asks for TLS is not readable on the way to them. */
export function outsidePorts({ database }: DatabaseRequest): ListenerPort[] {
  return [database.access.tls === true ? OVER_TLS : PLAIN];
}
