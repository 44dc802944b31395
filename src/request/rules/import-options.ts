import { describeFirst, type Finding } from "../../document/finding.ts";
import { listNames, suggestName } from "../../text/near-names.ts";
import { quote } from "../../text/quote.ts";
import { listEntries, type Rule, type RuleInput } from "../rule.ts";

/** Import options that would lose data silently or have no effect, and access from other namespaces. */
export const checkImportOptions: Rule = (input) => [
  ...checkRemap(input),
  ...checkAllowedCodes(input),
  ...checkLicence(input),
  ...checkSafety(input),
  ...checkNamespaces(input),
];

function checkRemap({ draft }: RuleInput): Finding[] {
  const schemas = draft.source_database?.schemas;
  const known = listEntries(schemas).flatMap(({ entry }) => entry.name ?? []);
  if (schemas === undefined || known.length < schemas.length) return [];
  const exported = new Set(known);
  const unknown = Object.keys(draft.database?.import?.remap_schema ?? {}).filter((name) => !exported.has(name));
  return describeFirst(unknown, (name) => ({
    code: "unknown-schema",
    at: ["database", "import", "remap_schema", name],
    key: true,
    what: `${quote(name)} is not exported`,
    why: `source_database.schemas has ${listNames(known)}`,
    fix: suggestName(name, known, "remove it, or add the schema"),
  }));
}

// Utilities guide, "Data Pump Import": after the first four the job continues without the rows concerned.
const ROWS_LOST = new Set(["ORA-31693", "ORA-02354", "ORA-02374", "ORA-12899"]);
const FATAL = new Set(["ORA-39126", "ORA-39097", "ORA-39065", "ORA-00600", "ORA-07445", "ORA-12954"]);

function checkAllowedCodes({ draft }: RuleInput): Finding[] {
  return listEntries(draft.database?.import?.allow_codes).flatMap(({ index, entry }) => {
    const why = reasonToRefuse(entry);
    if (why === null) return [];
    const at = ["database", "import", "allow_codes", index];
    return [{ code: "code-refused", at, what: `${entry} cannot be allowed`, why, fix: "remove it and fix the cause" }];
  });
}

function reasonToRefuse(code: string): string | null {
  if (ROWS_LOST.has(code)) return "rows are missing after this error";
  return FATAL.has(code) ? "the job cannot continue after this error" : null;
}

function checkLicence({ draft }: RuleInput): Finding[] {
  const compression = draft.source_database?.export?.compression;
  if (compression !== "data_only" && compression !== "all") return [];
  return [
    {
      severity: "warning",
      code: "needs-licence",
      at: ["source_database", "export", "compression"],
      what: `compression ${compression} needs the Advanced Compression licence on the source`,
      why: "its use is recorded on the source (DBA_FEATURE_USAGE_STATISTICS)",
      fix: "write none or metadata_only, unless the source is licensed for it",
    },
  ];
}

function checkSafety({ draft }: RuleInput): Finding[] {
  const safety = draft.database?.safety ?? {};
  return Object.entries(safety)
    .filter(([, on]) => on === false)
    .map(([name]) => ({
      severity: "warning",
      code: "safety-off",
      at: ["database", "safety", name],
      what: `${name} is turned off`,
      why: "the copy keeps what this would have removed",
      fix: "remove the line unless the database needs it and the DBA agrees",
    }));
}

function checkNamespaces({ draft }: RuleInput): Finding[] {
  return listEntries(draft.database?.access?.namespaces).flatMap(({ index, entry }) => {
    if (!/^\*+$/.test(entry)) return [];
    const at = ["database", "access", "namespaces", index];
    return [
      {
        severity: "warning",
        code: "open-to-all",
        at,
        what: "pods of every namespace may connect",
        why: `${quote(entry)} matches any name`,
        fix: "list the namespaces that need the database",
      },
    ];
  });
}
