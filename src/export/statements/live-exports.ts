import { defineBlock, defineQuery } from "./statement.ts";

/** Says in V$SESSION whose files this session is at: an export's files are in use after its jobs have gone. */
export const markExport = defineBlock(
  "mark-export",
  `BEGIN
  DBMS_APPLICATION_INFO.SET_ACTION(action_name => :prefix);
END;`,
  { binds: { prefix: "text" } },
);

/** Exports whose runs are alive: a session ends with the program that opened it. */
export const readLiveExports = defineQuery(
  "live-exports",
  `SELECT action AS prefix FROM gv$session WHERE username = USER AND action LIKE 'SEEDBED\\_%' ESCAPE '\\'`,
);
