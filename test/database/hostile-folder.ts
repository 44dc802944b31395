import type { Problem } from "../../src/problem/problem.ts";
import type { Reader } from "./five-readers.ts";
import type { RequestRepository } from "./request-repository.ts";

type Words = [code: string, place: string, what: string];

/** A database's folder that nobody should have made, and what everybody says of it first. */
export interface HostileFolder {
  name: string;
  /** `hr` unless said otherwise. */
  database?: string;
  /** Before a permit is signed for what stands there then. */
  make?(requests: RequestRepository): Promise<void>;
  /** After that, and on main already: permit and lock are no pull request's. */
  onMain?(requests: RequestRepository): Promise<void>;
  /** Why no permit can be signed. */
  unsigned?: string;
  /** null where there is nothing to say. */
  told: Words | null;
  severity?: Problem["severity"];
  /** Readers that rightly say something else, by its code, or nothing (null), and why. */
  others?: Partial<Record<Reader, { code: string | null; because: string }>>;
}

/** Where things stand in the request that is made hostile. */
export const PATHS = {
  HR: "environments/hr",
  CONFIG: "environments/hr/database_config.yaml",
  MASK: "environments/hr/scripts/mask.sql",
  LOCK: "environments/hr/seed.lock.yaml",
  APPROVAL: "environments/hr/approval.yaml",
  SETTINGS: ".github/seedbed.yml",
} as const;

/** What is said of a file as it stands there, whatever it says itself. */
export const SAID = {
  LINK: "this is a symbolic link",
  BITS: "the file is marked as executable",
  UTF8: "the file is not UTF-8 text",
} as const;

/** An `é` of ISO 8859-1: no UTF-8. */
export const LATIN = Buffer.from([0xe9]);

export function bytes(...parts: (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** There is nothing to verify. */
export const NO_LOCK = { code: null, because: "there is no lock whose history could be checked" };
