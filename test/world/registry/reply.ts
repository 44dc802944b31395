import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Readable } from "node:stream";

export type Body = string | Buffer | Readable;

/** An answer as a value; may also be thrown. */
export class Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Body;

  constructor(status: number, headers: OutgoingHttpHeaders, body: Body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  static json(status: number, value: unknown): Reply {
    return new Reply(status, { "content-type": "application/json; charset=utf-8" }, JSON.stringify(value));
  }

  /** The distribution specification's error body. */
  static error(status: number, code: string, message: string): Reply {
    const body = JSON.stringify({ errors: [{ code, message, detail: null }] });
    return new Reply(status, { "content-type": "application/json; charset=utf-8" }, body);
  }

  with(headers: OutgoingHttpHeaders): Reply {
    return new Reply(this.status, { ...this.headers, ...headers }, this.body);
  }
}

/** Writes a reply out; a HEAD reply keeps the headers of its GET. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  response.writeHead(reply.status, reply.headers);
  const { body } = reply;
  if (response.req.method === "HEAD") response.end();
  else if (typeof body === "string" || Buffer.isBuffer(body)) response.end(body);
  // A client that disconnects halfway is not an error of the registry.
  else pipeline(body, response, () => undefined);
}

/** Writes the head of a reply and the first byte of a longer body, then breaks the connection. */
export function cutReply(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { ...reply.headers, "content-length": 9 });
  response.write("x", () => response.destroy());
}
