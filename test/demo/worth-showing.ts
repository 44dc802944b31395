/** Leaves out lines of Data Pump's log that mean nothing to somebody who watches for the first time. */
export function isWorthShowing(line: string): boolean {
  return !/^\s*(Processing object|Starting "|Master table|\*{9}|Dump file set|\S+\/SEEDBED_|Job "(SEEDBED|\*{3}))/.test(
    line,
  );
}
