import { textAt } from "../../cluster/fields.ts";
import type { Reading, RunOptions } from "../../ports/cluster.ts";
import { messageOf } from "../../problem/error.ts";
import { readJson, refuse } from "./ask.ts";
import { openHandler, type NoChannel, type Way } from "./channel.ts";

/** A person waits; a kubelet that is well answers within a second. */
const DEADLINE = 15_000;
const LONGEST = 1024 * 1024;
/** Numbers of the streams (kubernetes.io, API reference, `pods/exec`; k8s.io/apimachinery, pkg/util/remotecommand). */
const [STDOUT, STDERR, STATUS] = [1, 2, 3];

/** How a command ended, or why it did not begin. */
type Outcome =
  | { kind: "ended"; status: unknown; printed: string; complaint: string }
  | { kind: "refused"; refusal: NoChannel }
  | { kind: "lost"; why: string };

/** Runs a command in a container, by a WebSocket (kubernetes/kubernetes#134577: rights `get` and `create` for `pods/exec`). */
export async function runInPod(
  way: Way,
  pod: { namespace: string; name: string },
  options: RunOptions,
): Promise<Reading<string>> {
  way.signal.throwIfAborted();
  const outcome = await exchange(way, pathOf(pod, options));
  way.signal.throwIfAborted();
  if (outcome.kind === "lost") return { state: "denied", why: outcome.why };
  if (outcome.kind === "refused") return readRefusal(way, outcome.refusal);
  if (textAt(outcome.status, "status") === "Success") return { state: "read", value: outcome.printed };
  const said = outcome.complaint.trim() || (textAt(outcome.status, "message") ?? "it failed without a message");
  return { state: "denied", why: said };
}

function pathOf({ namespace, name }: { namespace: string; name: string }, { container, command }: RunOptions): string {
  const query = new URLSearchParams({ container, stdout: "true", stderr: "true" });
  for (const part of command) query.append("command", part);
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query}`;
}

function exchange(way: Way, path: string): Promise<Outcome> {
  return new Promise<Outcome>((resolve) => {
    const texts = new Map([STDOUT, STDERR].map((stream) => [stream, [] as Buffer[]]));
    const textOf = (stream: number) => Buffer.concat(texts.get(stream)!).toString("utf8");
    let length = 0;
    const take = (stream: number, bytes: Buffer): boolean => {
      texts.get(stream)?.push(bytes);
      length += bytes.length;
      if (length > LONGEST) resolve({ kind: "lost", why: "the container printed more than can be read" });
      if (stream === STATUS)
        resolve({
          kind: "ended",
          status: readJson(bytes.toString("utf8")),
          printed: textOf(STDOUT!),
          complaint: textOf(STDERR!),
        });
      return stream !== STATUS && length <= LONGEST;
    };
    const end = AbortSignal.any([way.signal, AbortSignal.timeout(DEADLINE)]);
    end.addEventListener("abort", () => resolve({ kind: "lost", why: `no answer within ${DEADLINE / 1000} seconds` }));
    openHandler(way, (refusal) => resolve({ kind: "refused", refusal }))
      .then((handler) => handler.connect(path, null, take))
      .then((socket) => {
        end.addEventListener("abort", () => socket.terminate());
        socket.on("close", () => resolve({ kind: "lost", why: "the connection ended before the command did" }));
      })
      .catch((error: unknown) =>
        resolve({ kind: "lost", why: messageOf((error as { error?: unknown }).error ?? error) }),
      );
  });
}

/** As for a log: 404 and 400 say that nothing runs there, 5xx that the server cannot reach the node. */
function readRefusal({ connection }: Way, { status, text }: NoChannel): Reading<string> {
  const body = readJson(text);
  if (status === 403 || status >= 500) return { state: "denied", why: textAt(body, "message") ?? text.trim() };
  if (status === 404 || status === 400) return { state: "absent" };
  throw refuse(connection, { status, body, text });
}
