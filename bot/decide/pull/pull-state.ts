import type { FolderContent } from "../../../src/database/read-folder.ts";
import type { SettingsText } from "../../../src/database/read-settings.ts";
import type { RenderedFile } from "../../../src/manifests/rendered-file.ts";
import type { Problem } from "../../../src/problem/problem.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import type { Hub } from "../../hub/hub.ts";
import type { CheckFacts } from "../../hub/checks.ts";
import type { CommitFacts } from "../../hub/git.ts";
import type { CommentFacts, PullFacts, PushFacts, ReviewFacts } from "../../hub/pulls.ts";
import type { BranchUpdate } from "../gate/branch-update.ts";
import type { FileEntry } from "../../../src/merge/list-changed-paths.ts";
import type { Account } from "../reviews/people.ts";

/** What a pull request would make of main, unparsed: what people wrote there is data of strangers. */
export interface PullSides {
  /** Main's tip. No fact that decides comes from any other commit: whoever can push a branch chooses its merge base. */
  main: MainSide;
  /** What main would become: of each database only what people wrote, of the rest only mode and blob. */
  result: ResultSide;
  merge: MergeView;
  /** The settings at main's tip: approvers, keys and sources never come from the pull request. */
  settings: MainSettings;
  /** `YYYY-MM-DD`, by GitHub's clock. */
  today: string;
  /** Why nothing of it is judged, and so no database's files are read; null if it is. */
  refused: Problem | null;
}

/** Everything that the outputs of one open pull request depend on, read at one time. */
export interface PullState extends PullSides {
  repository: Hub["repository"];
  appId: number;
  botLogin: string;
  pull: PullFacts;
  /** The pull request that writes the checks of this head, if several pull requests have the same head. */
  checkOwner: number;
  /** Paths of files on main, in the changed databases, that their last permit does not cover as they are. */
  unpermitted: string[];
  checks: CheckFacts[];
  reviews: ReviewFacts[];
  commits: CommitFacts[];
  /** Every push to the branch, newest first; empty for a fork's, whose pushes the App cannot read. */
  pushes: PushFacts[];
  /** Those of them that may only bring main into the branch, newest first. */
  updates: BranchUpdate[];
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

/** How the result of a merge is known. */
export interface MergeView {
  /**
   * `contained`: the head contains main's tip, and its tree is the result. `tested`: GitHub's own test merge of the two. Otherwise
   * there is a conflict, GitHub has not made it, or it makes one for another base (`elsewhere`): then the result is main with what the
   * page shows as changed.
   */
  kind: "contained" | "tested" | "conflict" | "unknown" | "elsewhere";
  head: FileEntry[];
  /** The merge base that the page of the pull request compares its head with. */
  shown: FileEntry[];
}

export interface ResultSide {
  /** Of environments/ and .github/. */
  entries: FileEntry[];
  /** The changed databases. */
  contents: Record<string, FolderContent>;
  /** Folders of all requests. */
  names: string[];
  /** .github/seedbed.yml; undefined if it is main's. */
  settings: SettingsText | undefined;
}

export interface MainSide extends Pick<ResultSide, "entries" | "contents" | "names"> {
  manifests: Record<string, RenderedFile[]>;
  /** Texts of locks and permits, by path. */
  kept: Record<string, string>;
}
