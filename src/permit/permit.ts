import { type Digest, digestOfBytes } from "../crypto/digest.ts";

/** `approval.yaml`: what may run once, for which exact request, and who approved it. Judge it only through `judgePermit`. */
export type Permit = PermitFacts & PermitCause;

export interface PermitFacts {
  version: 1;
  /** Only the id is checked; the name is for people. */
  repository: { id: string; name: string };
  database: string;
  source: string;
  /** Path relative to the request's folder to the digest of that file. */
  request: Record<string, Digest>;
  work: "export" | "image" | "apply";
  /** For export and image higher than every earlier generation; for apply the lock's. */
  generation: number;
  signed_at: string;
  /** Absent for `apply`, which does not expire. */
  expires_at?: string;
}

export type PermitCause =
  | { cause: "review"; evidence: ReviewEvidence }
  | { cause: "reseed"; evidence: WishEvidence }
  | { cause: "retry"; evidence: WishEvidence & Previous }
  | { cause: "refresh"; evidence: { schedule: string; due: string } & Previous }
  | { cause: "rebuild"; evidence: { settings_pull: string } };

/** Digest of the permit that is repeated. */
interface Previous {
  previous: Digest;
}

export interface ReviewEvidence {
  /** Number of the pull request. */
  pull: string;
  /** Commit that was reviewed. */
  head: string;
  /** Commit of the default branch that merged it. */
  merge: string;
  /** Id of the check run that confirmed the reviews. */
  check: string;
  reviews: { id: string; user: string; login: string; at: string }[];
}

/** A person's request: a run that was started by hand, or a comment. */
export type WishEvidence =
  | { run: string; attempt: string; user: string; login: string; reason: string }
  | { comment: string; user: string; login: string; reason: string };

/** What identifies a permit: the digest of its file. */
export function approvalDigest(bytes: Uint8Array): Digest {
  return digestOfBytes(bytes);
}
