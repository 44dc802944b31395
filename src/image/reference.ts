import { SeedbedError } from "../problem/error.ts";

/** `registry.example/base/free@sha256:…`, split into its parts. */
export interface ImageReference {
  /** The registry host; Docker Hub is `docker.io`. */
  host: string;
  repository: string;
  /** Tag or digest; `latest` where the reference has neither. */
  reference: string;
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const REFERENCE = /^(?:sha256:[0-9a-f]{64}|[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})$/;

/** Parses an image reference as Docker does: the first part is a host only if it looks like one. */
export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf("@");
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const path = tagged ? named.slice(0, colon) : named;
  const reference = at !== -1 ? text.slice(at + 1) : tagged ? named.slice(colon + 1) : "latest";
  const { host, repository } = splitHost(path);
  if (NAME.test(repository) && REFERENCE.test(reference)) return { host, repository, reference };
  throw new SeedbedError("image-reference-invalid", `${JSON.stringify(text)} is not an image reference.`, {
    fix: "Write it as registry.example/repository@sha256:<64 hex digits>.",
  });
}

function splitHost(path: string): { host: string; repository: string } {
  const slash = path.indexOf("/");
  const first = slash === -1 ? "" : path.slice(0, slash);
  if (first === "localhost" || /[.:]/.test(first)) return { host: first, repository: path.slice(slash + 1) };
  return { host: "docker.io", repository: slash === -1 ? `library/${path}` : path };
}
