/** What a repository's default branch holds at one moment, read from git objects of one commit. */
export interface MainNow {
  /** As GitHub answers, not as the run believes. */
  repository: { id: string; name: string; defaultBranch: string };
  /** The commit that everything below was read from. */
  tip: string;
  /** Milliseconds since the epoch, by GitHub's clock. */
  now: number;
  /** Names of folders below `environments/` that hold a request. */
  databases: string[];
  /** Text of the settings; null where there are none. */
  settings: string | null;
  /** Every file below `environments/<db>/` but the manifests, by path below that folder. */
  files: Record<string, MainFile>;
}

export interface MainFile {
  /** As git has it: `100644` for a plain file. */
  mode: string;
  /** null for anything but a plain file, and for bytes that are not UTF-8. */
  text: string | null;
}

/** Reads the default branch of the one repository that a run belongs to. */
export interface MainReader {
  /** A fresh look: nothing is remembered from an earlier one. */
  look(database: string): Promise<MainNow>;
}
