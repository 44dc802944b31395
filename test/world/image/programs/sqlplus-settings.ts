/** What SET knows: the option's shortest name, its whole name and the values that it takes. */
const OPTIONS: [short: string, name: string, values: RegExp][] = [
  ["DEF", "DEFINE", /^(ON|OFF|.)$/i],
  ["ECHO", "ECHO", /^(ON|OFF)$/i],
  ["FEED", "FEEDBACK", /^(ON|OFF|\d+|ONLY)( (SQL_ID|SILENT))?$/i],
  ["HEA", "HEADING", /^(ON|OFF)$/i],
  ["PAGES", "PAGESIZE", /^\d+$/],
  ["LIN", "LINESIZE", /^(\d{1,5})$/],
  ["TRIM", "TRIMOUT", /^(ON|OFF)$/i],
  ["TRIMS", "TRIMSPOOL", /^(ON|OFF)$/i],
  ["TAB", "TAB", /^(ON|OFF)$/i],
  ["WRA", "WRAP", /^(ON|OFF)$/i],
  ["VER", "VERIFY", /^(ON|OFF)$/i],
  ["SQLBL", "SQLBLANKLINES", /^(ON|OFF)$/i],
  ["SERVEROUT", "SERVEROUTPUT", /^(ON|OFF)( SIZE (UNLIMITED|\d+))?( FOR(MAT)? \w+)?$/i],
  ["LONG", "LONG", /^\d+$/],
  ["LONGC", "LONGCHUNKSIZE", /^\d+$/],
  ["SQLPRE", "SQLPREFIX", /^\S$/],
  ["EXITC", "EXITCOMMIT", /^(ON|OFF)$/i],
  ["TERM", "TERMOUT", /^(ON|OFF)$/i],
  ["TI", "TIME", /^(ON|OFF)$/i],
  ["TIMI", "TIMING", /^(ON|OFF)$/i],
  ["COLSEP", "COLSEP", /^.+$/],
  ["NUM", "NUMWIDTH", /^\d+$/],
  ["SCAN", "SCAN", /^(ON|OFF)$/i],
  ["NULL", "NULL", /^.*$/],
  ["UND", "UNDERLINE", /^(ON|OFF|.)$/i],
  ["AUTO", "AUTOCOMMIT", /^(ON|OFF|\d+)$/i],
  ["SQLP", "SQLPROMPT", /^.+$/],
  ["SQLN", "SQLNUMBER", /^(ON|OFF)$/i],
  ["ERRORL", "ERRORLOGGING", /^(ON|OFF)$/i],
];

/** Settings by whole name, with SQL*Plus's defaults. */
export function defaultSettings(): Map<string, string> {
  return new Map([
    ["DEFINE", "ON"],
    ["FEEDBACK", "ON"],
    ["HEADING", "ON"],
    ["PAGESIZE", "14"],
    ["LINESIZE", "80"],
    ["SERVEROUTPUT", "OFF"],
    ["SQLBLANKLINES", "OFF"],
    ["EXITCOMMIT", "ON"],
    ["SQLPREFIX", "#"],
    ["NUMWIDTH", "10"],
    ["TRIMOUT", "ON"],
    ["ECHO", "OFF"],
  ]);
}

/** SET with one or more options; an error line of SQL*Plus's own, or null. */
export function applySet(settings: Map<string, string>, text: string): string | null {
  let words = text.trim().split(/\s+/);
  if (words[0] === "") return "SP2-0281: SET missing set option";
  while (words.length > 0) {
    const option = OPTIONS.find(
      ([short, name]) => name.startsWith(words[0]!.toUpperCase()) && words[0]!.toUpperCase().startsWith(short),
    );
    if (!option) return `SP2-0158: unknown SET option "${words[0]}"`;
    // The longest run of words that is a value, because SERVEROUTPUT takes several.
    let length = Math.min(words.length - 1, 5);
    while (length > 0 && !option[2].test(words.slice(1, 1 + length).join(" "))) length -= 1;
    if (length === 0) return `SP2-0265: ${option[1].toLowerCase()} must be set to a value that it knows`;
    settings.set(
      option[1],
      words
        .slice(1, 1 + length)
        .join(" ")
        .toUpperCase(),
    );
    words = words.slice(1 + length);
  }
  return null;
}
