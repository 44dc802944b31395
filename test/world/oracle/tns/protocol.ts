/** Packet types of Oracle Net. */
export const PACKET = { connect: 1, accept: 2, refuse: 4, redirect: 5, data: 6, marker: 12 } as const;

/** Flags of a DATA packet. */
export const DATA_FLAG = { endOfFile: 0x0040, endOfRequest: 0x0800, endOfResponse: 0x2000 } as const;

/** Kinds of a MARKER packet. */
export const MARKER = { break: 1, reset: 2, interrupt: 3 } as const;

/** The first byte of a message in the two-task layer. */
export const MESSAGE = {
  protocol: 1,
  types: 2,
  function: 3,
  endOfCall: 4,
  rowHeader: 6,
  row: 7,
  parameter: 8,
  status: 9,
  ioVector: 11,
  lobData: 14,
  describe: 16,
  piggyback: 17,
  endOfResponse: 29,
  fastAuth: 34,
} as const;

/** What a function message or a piggyback asks for. */
export const FUNCTION = {
  reexecute: 4,
  fetch: 5,
  logoff: 9,
  commit: 14,
  rollback: 15,
  reexecuteAndFetch: 78,
  execute: 94,
  lobOperation: 96,
  closeCursors: 105,
  logonPhaseTwo: 115,
  logonPhaseOne: 118,
  cancelCursors: 120,
  endToEnd: 135,
  ping: 147,
  setSchema: 152,
} as const;
