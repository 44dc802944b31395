import type { Finding } from "../../document/finding.ts";
import { showSteps, type Steps } from "../../document/place.ts";
import { quote } from "../../text/quote.ts";
import { listEntries, type Rule } from "../rule.ts";

/** Names that are listed twice where each may be listed once. */
export const checkDuplicates: Rule = ({ draft }) => {
  const source = draft.source_database;
  const database = draft.database;
  const tables = listEntries(source?.schemas).flatMap(({ index, entry }) =>
    repeated(named(entry.tables), ["source_database", "schemas", index, "tables"], "name"),
  );
  const scripts = (["pre_import", "masking", "post_import"] as const).flatMap((list) =>
    repeated(listEntries(database?.scripts?.[list]), ["database", "scripts", list]),
  );
  return [
    ...repeated(named(source?.schemas), ["source_database", "schemas"], "name"),
    ...tables,
    ...repeated(named(database?.users), ["database", "users"], "name"),
    ...repeated(named(database?.tablespaces), ["database", "tablespaces"], "name"),
    ...repeated(listEntries(database?.jobs?.allow), ["database", "jobs", "allow"]),
    ...scripts,
  ];
};

interface Entry {
  index: number;
  entry: string;
}

function named(list: readonly ({ name?: string | undefined } | undefined)[] | undefined): Entry[] {
  return listEntries(list).flatMap(({ index, entry }) =>
    entry.name === undefined ? [] : [{ index, entry: entry.name }],
  );
}

function repeated(entries: Entry[], list: Steps, key?: string): Finding[] {
  const first = new Map<string, number>();
  return entries.flatMap(({ index, entry }) => {
    const earlier = first.get(entry);
    if (earlier === undefined) first.set(entry, index);
    if (earlier === undefined) return [];
    return [
      {
        code: "duplicate-name",
        at: key === undefined ? [...list, index] : [...list, index, key],
        what: `${quote(entry)} is listed twice in ${showSteps(list)}`,
        why: `it is first listed at ${showSteps([...list, earlier])}`,
        fix: "remove one of them",
      },
    ];
  });
}
