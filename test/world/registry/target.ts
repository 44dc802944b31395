import type { IncomingMessage } from "node:http";
import { Reply } from "./reply.ts";

export type TargetKind = "ping" | "blob" | "uploads" | "upload" | "manifest" | "tags";

/** What a request is about. */
export interface Target {
  kind: TargetKind;
  method: string;
  repository: string;
  /** Digest, tag or upload id. */
  reference: string;
  query: URLSearchParams;
}

// The distribution specification's grammar of <name>, <reference> and digests.
const NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";
const DIGEST = "sha256:[0-9a-f]{64}";
const TAG = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";

const ROUTES: { kind: TargetKind; methods: string[]; path: RegExp }[] = [
  { kind: "ping", methods: ["GET"], path: /^\/v2\/$/ },
  { kind: "uploads", methods: ["POST"], path: new RegExp(`^/v2/(${NAME})/blobs/uploads/$`) },
  {
    kind: "upload",
    methods: ["GET", "PATCH", "PUT", "DELETE"],
    path: new RegExp(`^/v2/(${NAME})/blobs/uploads/([0-9a-f-]{36})$`),
  },
  { kind: "blob", methods: ["GET", "HEAD"], path: new RegExp(`^/v2/(${NAME})/blobs/(${DIGEST})$`) },
  {
    kind: "manifest",
    methods: ["GET", "HEAD", "PUT"],
    path: new RegExp(`^/v2/(${NAME})/manifests/(${DIGEST}|${TAG})$`),
  },
  { kind: "tags", methods: ["GET"], path: new RegExp(`^/v2/(${NAME})/tags/list$`) },
];

/** Reads a request line; throws the reply for what no registry serves. */
export function readTarget(request: IncomingMessage): Target {
  const url = new URL(request.url ?? "/", "http://registry.invalid");
  const method = request.method ?? "GET";
  for (const route of ROUTES) {
    const match = route.path.exec(url.pathname);
    if (match === null) continue;
    if (!route.methods.includes(method)) throw Reply.error(405, "UNSUPPORTED", "The operation is unsupported.");
    return { kind: route.kind, method, repository: match[1] ?? "", reference: match[2] ?? "", query: url.searchParams };
  }
  if (url.pathname.includes("/blobs/sha256:")) throw Reply.error(400, "DIGEST_INVALID", "invalid digest");
  throw Reply.error(404, "NAME_INVALID", "invalid repository name or path");
}
