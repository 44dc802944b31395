import type { NAMES } from "../../../src/layout/database-folder.ts";
import type { FolderContent } from "../../../src/database/read-folder.ts";
import type { Lock } from "../../../src/lock/lock.ts";
import type { RenderedFile } from "../../../src/manifests/rendered-file.ts";
import type { Parsed, Problem } from "../../../src/problem/problem.ts";
import type { DatabaseRequest, RequestFiles } from "../../../src/request/request.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub } from "../../hub/hub.ts";
import type { CheckFacts } from "../../hub/checks.ts";
import type { CommentFacts, PullFacts, ReviewFacts } from "../../hub/pulls.ts";
import type { Account, Contributors } from "../reviews/judge-reviews.ts";

/** Everything that the outputs of one open pull request depend on, read at one time. */
export interface PullState {
  repository: Hub["repository"];
  appId: number;
  botLogin: string;
  pull: PullFacts;
  /** The pull request that writes the checks of this head, if several pull requests have the same head. */
  checkOwner: number;
  /** The merge base of main and head. */
  base: Side;
  head: Side;
  /** The settings at main's tip: approvers, keys and sources never come from the pull request. */
  settings: MainSettings;
  /** Paths of files on main, in the changed databases, that their last permit does not cover as they are. */
  unpermitted: string[];
  checks: CheckFacts[];
  reviews: ReviewFacts[];
  contributors: Contributors;
  /** Rules of the default branch, from all levels; null if GitHub offers none for this repository. */
  rules: { type: string; parameters: Record<string, unknown> }[] | null;
  /** Who may approve, by the key of a requirement; an error message if GitHub could not tell. */
  approvers: Record<string, Account[] | string>;
  comments: CommentFacts[];
  /** Permissions of the people who wrote commands, by login. */
  permissions: Record<string, "admin" | "write" | "read" | "none">;
  /** Ids of the `adopt` comments that were carried out, according to the commits on the bot's branch. */
  adopted: string[];
}

export interface MainSettings {
  commit: string;
  settings: Settings | null;
  problems: Problem[];
}

/** One commit: the entries of environments/ and .github/, and the contents of the changed databases. */
export interface Side {
  commit: string;
  entries: TreeEntry[];
  databases: Record<string, SideDatabase>;
  /** .github/seedbed.yml of this commit; null if the pull request does not change it. */
  settings: Parsed<Settings> | null;
}

export interface TreeEntry {
  path: string;
  mode: string;
  blob: string;
}

/** A database at one commit, as far as it can be read. */
export interface SideDatabase {
  files: RequestFiles;
  /** null if no hand-written file is left. */
  request: Parsed<DatabaseRequest> | null;
  /** The whole folder, with what is wrong with other files than the request's. */
  content: FolderContent;
  lock: Lock;
  manifests: RenderedFile[];
  /** approval.yaml and seed.lock.yaml, null where absent. */
  kept: Record<(typeof NAMES)["approval" | "lock"], string | null>;
}
