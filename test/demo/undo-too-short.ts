import type { PlannedFailure } from "../world/oracle/database/datapump/run-job.ts";

/** The source runs out of undo while it exports OE.ORDERS; Data Pump skips the table and continues. */
export const UNDO_TOO_SHORT: PlannedFailure = {
  at: "OE.ORDERS",
  lines: ['ORA-01555: snapshot too old: rollback segment number 25 with name "_SYSSMU25_1608416701$" too small'],
  fatal: false,
};
