import type { Response } from "node-fetch";
import { ClusterRefusal } from "../../cluster/cluster-refusal.ts";
import { listAt, textAt } from "../../cluster/fields.ts";
import type { Clock } from "../../ports/clock.ts";
import { SeedbedError } from "../../problem/error.ts";
import { shorten } from "../../text/shorten.ts";
import type { ApiCall, Connection } from "./connection.ts";

/** What the API server answered: JSON of whatever kind was asked for, or its Status object. */
export interface Answer {
  status: number;
  body: unknown;
}

const ATTEMPTS = 4;
/** A longer wait is not made: a person waits at a terminal. */
const LONGEST_WAIT = 10_000;
/** Overload and what a proxy in front says; 500 is how the server refuses an apply with an unknown field, and is final. */
const PASSING = new Set([429, 502, 503, 504]);
/** Answers that a caller judges itself. */
const ANSWERS = new Set([403, 404, 409]);

export interface Asking {
  connection: Connection;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Asks, and asks again after a temporary refusal: every request here may be sent twice, because an apply gives the same result again and a
 * delete names its object's uid. 403, 404 and 409 are answers; any other refusal throws.
 */
export async function ask(asking: Asking, call: ApiCall): Promise<Answer> {
  const response = await send(asking, call);
  const text = await response.text();
  const body = readJson(text);
  // A group that the server does not know has no Status, but what Go's HTTP server says.
  if (response.status === 404 && text.trim() === "404 page not found") return { status: 404, body: {} };
  if (response.ok || (ANSWERS.has(response.status) && textAt(body, "kind") === "Status"))
    return { status: response.status, body: body ?? foreign(asking.connection, response) };
  throw refuse(asking.connection, { status: response.status, body, text });
}

/** The answer as it arrives, where it is not refused; throws as `ask` does. */
export async function send({ connection, clock, signal }: Asking, call: ApiCall): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await connection.send(call);
    if (!PASSING.has(response.status) || attempt === ATTEMPTS) return response;
    const asked = Number(response.headers.get("Retry-After")) * 1000;
    const wait = asked > 0 ? asked : 250 * 2 ** attempt;
    if (wait > LONGEST_WAIT) return response;
    await response.arrayBuffer();
    await clock.sleep(wait, signal);
  }
}

/** undefined for a text that is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function foreign({ context, server }: Connection, { status }: Response): never {
  throw new SeedbedError("cluster-not-kubernetes", `${server} of context ${context} answers ${status} without JSON.`, {
    fix: "This is no API server of Kubernetes, but a proxy or a login page: correct the kubeconfig's server.",
  });
}

interface Refused {
  status: number;
  body: unknown;
  text: string;
}

/** A refusal as an error, with the server's own words. */
export function refuse({ context, user, server }: Connection, { status, body, text }: Refused): ClusterRefusal {
  const said = textAt(body, "message") ?? shorten(text.trim(), 200);
  const options = { status, reason: textAt(body, "reason") ?? "", said };
  const who = `context ${context}, user ${user}`;
  if (status === 401)
    return new ClusterRefusal("cluster-unauthorized", `${server} does not accept this login (${who}).`, {
      fix: "The token is expired or revoked: log in again, or download the kubeconfig again.",
      ...options,
    });
  if (status === 403)
    return new ClusterRefusal("cluster-forbidden", `The cluster forbids this (${who}): ${said}`, {
      fix: "Have an administrator give this user the verb and the resource that the message names, or use another context.",
      ...options,
    });
  if (PASSING.has(status))
    return new ClusterRefusal("cluster-busy", `${server} (${who}) answered ${status} ${ATTEMPTS} times: ${said}`, {
      fix: "Try again later; if it stays so, the API server or the proxy in front of it is overloaded.",
      ...options,
    });
  return new ClusterRefusal("cluster-refused", `The cluster refuses this with ${status} (${who}): ${said}`, {
    fix: "Mend what the message names.",
    ...options,
  });
}

/** Reasons of the causes of a refusal: `FieldManagerConflict`, `NamespaceTerminating`. */
export function causesOf(body: unknown): { reason: string; field: string; message: string }[] {
  return listAt(body, "details", "causes").map((cause) => ({
    reason: textAt(cause, "reason") ?? "",
    field: textAt(cause, "field") ?? "",
    message: textAt(cause, "message") ?? "",
  }));
}
