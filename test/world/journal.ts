/** One line of `journal.jsonl`: what the database looked like at one moment of a container's life. */
export interface Moment {
  time: string;
  /** The n-th start of the entrypoint on this volume, from 1. */
  start: number;
  program: "sqlplus" | "impdp" | "expdp" | "rman" | "base";
  event: string;
  tag: string | null;
  open_mode: "MOUNTED" | "READ ONLY" | "READ WRITE";
  restricted: boolean;
  /** Jobs that could run now. */
  jobs: number;
  users_unlocked: string[];
  db_links: number;
  /** `OWNER.TABLE` to number of rows. */
  rows: Record<string, number>;
  /** Every masking script has run on the data that is there. */
  masked: boolean;
}
