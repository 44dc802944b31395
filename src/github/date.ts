import { SeedbedError } from "../problem/error.ts";
import type { GitHubAnswer } from "./client.ts";

/** When GitHub created an answer, in milliseconds since the epoch, by its `Date` header; null if there is none. */
export function readDate(headers: GitHubAnswer["headers"] | undefined): number | null {
  const at = Date.parse(String(headers?.["date"] ?? ""));
  return Number.isFinite(at) ? at : null;
}

/** The same where nothing else can say whether a permit has expired. */
export function requireDate(headers: GitHubAnswer["headers"] | undefined): number {
  const at = readDate(headers);
  if (at !== null) return at;
  throw new SeedbedError("github-no-date", "GitHub's response has no Date header.", {
    fix: "Configure the proxy on the way to GitHub so that it keeps the Date header.",
  });
}
