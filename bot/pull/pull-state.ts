import { type NAMES } from "../../src/layout/database-folder.ts";
import type { Lock } from "../../src/lock/lock.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import type { Parsed, Problem } from "../../src/problem.ts";
import type { DatabaseRequest, RequestFiles } from "../../src/request/request.ts";
import type { Settings } from "../../src/settings/settings.ts";
import type { CheckFacts, CommentFacts, Hub, PullFacts, ReviewFacts } from "../hub.ts";
import type { Account, Hands } from "../reviews/judge-reviews.ts";

/** Everything that the outputs of one open pull request depend on, read at one moment. */
export interface PullState {
  repository: Hub["repository"];
  appId: number;
  botLogin: string;
  pull: PullFacts;
  /** The pull request whose outputs stand on this head, where several have the same one. */
  speaker: number;
  /** The merge base of main and head. */
  base: Side;
  head: Side;
  /** Settings as main's tip has them: approvers, keys and sources never come from the pull request. */
  settings: MainSettings;
  checks: CheckFacts[];
  reviews: ReviewFacts[];
  hands: Hands;
  /** Rules of the default branch, of all levels. */
  rules: { type: string; parameters: Record<string, unknown> }[];
  /** Who may approve, by the key of a requirement; a text where GitHub could not say. */
  approvers: Record<string, Account[] | string>;
  comments: CommentFacts[];
  /** What authors of commands may do here, by login. */
  permissions: Record<string, "admin" | "write" | "read" | "none">;
  /** Ids of adopting comments that were carried out, as commits on our branch tell. */
  adopted: string[];
}

export interface MainSettings {
  commit: string;
  settings: Settings | null;
  problems: Problem[];
}

/** One commit: what lies below environments/ and .github/, and the touched databases whole. */
export interface Side {
  commit: string;
  entries: TreeEntry[];
  databases: Record<string, SideDatabase>;
  /** .github/seedbed.yml of this commit, read where the pull request changes it. */
  settings: Parsed<Settings> | null;
  /** Files that could not be read as text. */
  unreadable: Problem[];
}

export interface TreeEntry {
  path: string;
  mode: string;
  blob: string;
}

/** A database of one commit as far as it can be read. */
export interface SideDatabase {
  files: RequestFiles;
  /** null where no hand-written file is left. */
  request: Parsed<DatabaseRequest> | null;
  lock: Lock;
  lockProblems: Problem[];
  manifests: RenderedFile[];
  /** approval.yaml and seed.lock.yaml, null where absent. */
  kept: Record<(typeof NAMES)["approval" | "lock"], string | null>;
}
