import { type Digest, digestOfBytes } from "../digests/digest.ts";

/** `approval.yaml`: what may run once, for which exact request, on whose word. Read it only through `parseApproval`. */
export type Permit = PermitFacts & PermitCause;

export interface PermitFacts {
  version: 1;
  /** The id counts; the name is for people. */
  repository: { id: string; name: string };
  database: string;
  source: string;
  /** Path below the request's folder to the digest of that file's bytes. */
  request: Record<string, Digest>;
  work: "export" | "image" | "apply";
  /** For export and image above every generation before it; for apply the lock's. */
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

/** The permit that is repeated, by the digest of its bytes. */
interface Previous {
  previous: Digest;
}

export interface ReviewEvidence {
  /** Number of the pull request. */
  pull: string;
  /** Commit that was reviewed. */
  head: string;
  /** Commit of the default branch that brought it. */
  merge: string;
  /** Id of the check run that said that the reviews count. */
  check: string;
  reviews: { id: string; user: string; login: string; at: string }[];
}

/** A person's wish: a run that was started by hand, or a comment. */
export type WishEvidence =
  | { run: string; attempt: string; user: string; login: string; reason: string }
  | { comment: string; user: string; login: string; reason: string };

/** What a permit is known by: the digest of every byte of its file. */
export function approvalDigest(bytes: Uint8Array): Digest {
  return digestOfBytes(bytes);
}
