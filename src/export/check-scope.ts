import type { ResolvedSchema, SourceFinding } from "./source-report.ts";

export interface ForeignKey {
  owner: string;
  table: string;
  name: string;
  refersTo: { owner: string; table: string };
}

export interface HiddenRows {
  owner: string;
  table: string;
  policy: string;
}

/** Policies of the source that change the content of a copy. */
export interface ScopeRules {
  foreignKeys: readonly ForeignKey[];
  policies: readonly HiddenRows[];
  redactions: readonly HiddenRows[];
}

/** Findings about the data in scope: foreign keys to tables outside it, hidden rows, redacted values. */
export function checkScope(
  scope: readonly ResolvedSchema[],
  rules: ScopeRules,
  account: { name: string; privileges: readonly string[] },
): SourceFinding[] {
  const inScope = new Map(scope.map((schema) => [schema.name, tableMap(schema)]));
  const has = (owner: string, table: string) => inScope.get(owner)?.has(table) === true;
  const keys = rules.foreignKeys.filter((key) => has(key.owner, key.table));
  return [
    ...keys.flatMap((key) => describeKey(key, inScope)),
    ...rules.policies
      .filter((policy) => has(policy.owner, policy.table))
      .filter(() => !account.privileges.includes("EXEMPT ACCESS POLICY"))
      .map((policy) => describePolicy(policy, account.name)),
    ...rules.redactions.filter((one) => has(one.owner, one.table)).map(describeRedaction),
  ];
}

function tableMap(schema: ResolvedSchema): Map<string, string | null> {
  return new Map(schema.tables.map((table) => [table.name, table.where]));
}

function describeKey(
  key: ForeignKey,
  inScope: ReadonlyMap<string, ReadonlyMap<string, string | null>>,
): SourceFinding[] {
  const { owner, table } = key.refersTo;
  const where = inScope.get(owner)?.get(table);
  if (where === null) return [];
  const missing = where === undefined ? "is not exported" : "is only partly exported";
  return [
    {
      severity: "warning",
      code: "source-foreign-key",
      what: `${key.owner}.${key.table} refers to ${owner}.${table}, which ${missing} (constraint ${key.name})`,
      why: "the import cannot enable a foreign key whose parent rows are missing (ORA-02298)",
      fix: `add ${owner}.${table} to the scope, or accept that the constraint will be missing`,
    },
  ];
}

function describePolicy(policy: HiddenRows, account: string): SourceFinding {
  return {
    severity: "error",
    code: "source-rows-hidden",
    what: `the policy ${policy.policy} hides rows of ${policy.owner}.${policy.table} from ${account}`,
    why: "an export under a row-level policy is incomplete (ORA-39181) without saying so",
    fix: `ask the DBA to run: GRANT EXEMPT ACCESS POLICY TO ${account};`,
  };
}

function describeRedaction(policy: HiddenRows): SourceFinding {
  return {
    severity: "warning",
    code: "source-redacted",
    what: `${policy.owner}.${policy.table} is redacted on the source by ${policy.policy}, but the dump contains the real values`,
    why: "DATAPUMP_EXP_FULL_DATABASE includes EXEMPT REDACTION POLICY",
    fix: "mask the columns with a script in database.scripts.masking",
  };
}
