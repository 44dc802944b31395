/** The content of a repository's default branch at one commit, read from its git objects. */
export interface MainNow {
  /** As GitHub reports it, not as the run claims. */
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
  /** As in git: `100644` for a regular file. */
  mode: string;
  /** null for anything but a regular file, and for bytes that are not UTF-8. */
  text: string | null;
}

/** Reads the default branch of the one repository that a run belongs to. */
export interface MainReader {
  /** Reads everything again; nothing is kept from an earlier read. */
  look(database: string): Promise<MainNow>;
}
