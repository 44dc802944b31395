import { Agent, request as send } from "node:https";
import type { ClusterObject } from "./cluster-object.ts";

/**
 * What the API server said. A refusal is an answer too: its `status` is at or above 400, and `reason`, `message` and `causes` (field and message)
 * are those of its Status object. `warnings` are the texts of the headers `Warning: 299 - "…"`.
 */
export interface Answer {
  status: number;
  object: ClusterObject;
  reason: string;
  message: string;
  causes: string[];
  warnings: string[];
}

export interface Access {
  server: string;
  token: string;
  ca: string;
}

export interface Call {
  method: string;
  path: string;
  query?: Record<string, string>;
  body?: string;
  type?: string;
  accept?: string;
}

/** Connections to an API server that are kept open. */
export class Transport {
  readonly #access: Access;
  readonly #agent: Agent;

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: access.ca });
  }

  ask({ method, path, query = {}, body, type, accept = "application/json" }: Call): Promise<Answer> {
    const url = new URL(path, this.#access.server);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = { authorization: `Bearer ${this.#access.token}`, accept, ...(type && { "content-type": type }) };
    return new Promise((resolve, reject) => {
      const sent = send(url, { method, headers, agent: this.#agent }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const warnings = response.headersDistinct["warning"] ?? [];
          resolve(answerOf(response.statusCode ?? 0, Buffer.concat(parts).toString(), warnings));
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: { field?: string; message?: string }[] };
}

function answerOf(status: number, text: string, warnings: string[]): Answer {
  const isJson = text.startsWith("{");
  const object = (isJson ? JSON.parse(text) : {}) as ClusterObject;
  const said: Status = status < 400 ? {} : isJson ? (object as Status) : { message: text };
  return {
    status,
    object,
    reason: said.reason ?? "",
    message: said.message ?? "",
    causes: (said.details?.causes ?? []).map(({ field = "", message = "" }) => `${field}: ${message}`),
    // Each is `299 - "text"`, quoted as RFC 9110 says.
    warnings: warnings.map((warning) => /^299 \S+ "(.*)"$/.exec(warning)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? warning),
  };
}
