import type { Folders } from "../database/list-folders.ts";
import type { FolderContent } from "../database/read-folder.ts";
import type { SettingsFound } from "../database/read-settings.ts";

/** The default branch at one commit, as far as a run of one database depends on it. */
export interface MainNow {
  /** As GitHub reports it, not as the run claims. */
  repository: { id: string; name: string; defaultBranch: string };
  /** The commit that everything below was read from. */
  tip: string;
  /** Milliseconds since the epoch, by GitHub's clock. */
  now: number;
  /** What lies below `environments/`. */
  folders: Folders;
  settings: SettingsFound;
  /** The folder of the run's database. */
  folder: FolderContent;
}
