import type { Permit } from "../../../../src/permit/permit.ts";

export type PermitDecision =
  | { kind: "keep" }
  | { kind: "sign"; permit: Permit }
  /** The request on main must not get a permit as it is. */
  | { kind: "refuse"; why: string; fix: string }
  /** The files that it needs cannot be written, or its run cannot be started. */
  | { kind: "stuck"; why: string; fix: string };
