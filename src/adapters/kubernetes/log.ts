import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { textAt } from "../../cluster/fields.ts";
import type { LogOptions, Reading } from "../../ports/cluster.ts";
import { refuse, send, type Asking } from "./ask.ts";
import { withQuery } from "./paths.ts";

/** A container's log, line by line as it comes (kubernetes.io, API reference, read log of the specified Pod). */
export async function readLog(
  asking: Asking,
  { namespace, name }: { namespace: string; name: string },
  options: LogOptions,
): Promise<Reading<AsyncIterable<string>>> {
  const path = withQuery(`/api/v1/namespaces/${namespace}/pods/${name}/log`, {
    container: options.container,
    follow: options.follow === true ? "true" : undefined,
    previous: options.previous === true ? "true" : undefined,
    tailLines: options.tailLines === undefined ? undefined : String(options.tailLines),
  });
  const response = await send(asking, { method: "GET", path, isEndless: options.follow === true });
  if (response.ok) return { state: "read", value: readLines(response.body as Readable, asking.signal) };
  const text = await response.text();
  const body = text.startsWith("{") ? (JSON.parse(text) as unknown) : undefined;
  const said = textAt(body, "message") ?? text;
  // 5xx: the server cannot reach the node, which says nothing of anything else.
  if (response.status === 403 || response.status >= 500) return { state: "denied", why: said };
  // 400: the container has not started, or there was none before it.
  if (response.status === 404 || response.status === 400) return { state: "absent" };
  throw refuse(asking.connection, { status: response.status, body, text });
}

async function* readLines(stream: Readable, signal: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) yield line;
  } finally {
    lines.close();
    stream.destroy();
  }
  signal.throwIfAborted();
}
