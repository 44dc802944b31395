import type { TnsServer, TnsServerOptions } from "../../world/oracle/tns/server.ts";

type Setting = { label: string } & Omit<TnsServerOptions, "engine">;

/** Both flavors, each plain and each with responses cut into many packets and errors announced by markers. */
export const SETTINGS: readonly Setting[] = [
  { label: "19c", flavor: "19c" },
  { label: "19c, error markers, SDU 512", flavor: "19c", markErrors: true, sdu: 512 },
  { label: "23ai", flavor: "23ai" },
  { label: "23ai, error markers, SDU 1024", flavor: "23ai", markErrors: true, sdu: 1024 },
];

/** Throws what went wrong inside a server, which its clients may have taken for an ordinary error. */
export function throwFailures(server: TnsServer): void {
  if (server.failures.length > 0) throw new AggregateError(server.failures, server.failures.map(String).join("; "));
}
