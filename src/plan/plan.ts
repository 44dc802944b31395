import type { Work } from "../digests/work.ts";
import type { Problem } from "../problem/problem.ts";
import type { RenderedFile } from "../manifests/rendered-file.ts";

/** The work of a run, as a value: a dry run stops here. */
export interface Plan {
  database: string;
  changes: Change[];
  work: Work;
  restart: boolean;
  risks: Problem[];
  /** Every statement that will run on the source, as it will be sent. */
  statements: string[];
  /** Files to write, each in full; unchanged files are left out. */
  files: RenderedFile[];
  /** Paths of files to remove. */
  removes: string[];
}

export interface Change {
  kind: "create" | "apply" | "restart" | "export" | "import" | "image" | "grow" | "retire" | "refuse";
  object: string;
  field: string;
  from: unknown;
  to: unknown;
}
