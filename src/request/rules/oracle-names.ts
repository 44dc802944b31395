import type { Finding } from "../../document/finding.ts";
import { showSteps, type Steps } from "../../document/place.ts";
import { quote } from "../../text/quote.ts";
import { listEntries, type Rule, type RuleInput } from "../rule.ts";

/** Accounts and tablespaces that belong to Oracle, and names that the data dictionary most likely spells differently. */
export const checkOracleNames: Rule = (input) => [
  ...checkSchemas(input),
  ...checkUsers(input),
  ...checkTablespaces(input),
  ...checkRemapTargets(input),
];

// Oracle Database Security Guide, "Predefined Schema User Accounts"; PDBADMIN is the administrator that a new
// pluggable database is created with, OPS$ORACLE the health check's account in the base images.
const ACCOUNTS = new Set(
  (
    "SYS SYSTEM PUBLIC SYSBACKUP SYSDG SYSKM SYSRAC SYS$UMF AUDSYS OUTLN DBSNMP DBSFWUSER DIP DVF DVSYS LBACSYS XDB XS$NULL " +
    "ANONYMOUS APPQOSSYS CTXSYS GGSYS GSMADMIN_INTERNAL GSMCATUSER GSMUSER MDSYS MDDATA OJVMSYS OLAPSYS ORACLE_OCM ORDDATA " +
    "ORDPLUGINS ORDSYS REMOTE_SCHEDULER_AGENT SI_INFORMTN_SCHEMA WMSYS PDBADMIN OPS$ORACLE"
  ).split(" "),
);

const TABLESPACES = new Set(["SYSTEM", "SYSAUX", "TEMP", "UNDO", "UNDOTBS1", "UNDOTBS2", "UNDO_1"]);

function checkSchemas({ draft }: RuleInput): Finding[] {
  return listEntries(draft.source_database?.schemas).flatMap(({ index, entry }) => {
    const at = ["source_database", "schemas", index];
    const tables = listEntries(entry.tables).flatMap((table) =>
      lowerCase(table.entry.name, [...at, "tables", table.index, "name"]),
    );
    return [...ownedByOracle(entry.name, [...at, "name"]), ...lowerCase(entry.name, [...at, "name"]), ...tables];
  });
}

function checkUsers({ draft }: RuleInput): Finding[] {
  return listEntries(draft.database?.users).flatMap(({ index, entry }) => {
    const at = ["database", "users", index];
    const roles = listEntries(entry.roles).flatMap((role) => systemRole(role.entry, [...at, "roles", role.index]));
    const grants = listEntries(entry.grants).flatMap((grant) => grantText(grant.entry, [...at, "grants", grant.index]));
    return [
      ...ownedByOracle(entry.name, [...at, "name"]),
      ...commonUser(entry.name, [...at, "name"]),
      ...roles,
      ...grants,
    ];
  });
}

function checkTablespaces({ draft }: RuleInput): Finding[] {
  return listEntries(draft.database?.tablespaces).flatMap(({ index, entry }) => {
    if (entry.name === undefined || !TABLESPACES.has(entry.name)) return [];
    return [reserved("tablespace", entry.name, ["database", "tablespaces", index, "name"])];
  });
}

function checkRemapTargets({ draft }: RuleInput): Finding[] {
  const map = draft.database?.import?.remap_schema ?? {};
  return Object.entries(map).flatMap(([from, to]) => ownedByOracle(to, ["database", "import", "remap_schema", from]));
}

function ownedByOracle(name: string | undefined, at: Steps): Finding[] {
  return name !== undefined && ACCOUNTS.has(name.toUpperCase()) ? [reserved("account", name, at)] : [];
}

function reserved(kind: string, name: string, at: Steps): Finding {
  return {
    code: "reserved-name",
    at,
    what: `${name} is Oracle's own ${kind}`,
    why: "accounts and tablespaces that Oracle maintains are neither exported nor changed",
    fix: "use another name, or remove this entry",
  };
}

/** ORA-65094: a common user's name in a pluggable database. */
function commonUser(name: string | undefined, at: Steps): Finding[] {
  if (!name?.startsWith("C##")) return [];
  const what = `${quote(name)} is the name of a common user`;
  return [
    {
      code: "reserved-name",
      at,
      what,
      why: "a pluggable database cannot create one (ORA-65094)",
      fix: "remove C##",
    },
  ];
}

function systemRole(name: string, at: Steps): Finding[] {
  if (!/^SYS(?:DBA|OPER|BACKUP|DG|KM|RAC|ASM)$/.test(name)) return [];
  const why = "this is an administrative privilege, not a role, and it bypasses everything that was secured";
  return [
    {
      code: "reserved-name",
      at,
      what: `${name} cannot be granted here`,
      why,
      fix: "grant a role such as CONNECT or DBA",
    },
  ];
}

function grantText(text: string, at: Steps): Finding[] {
  const word = /(?:^|[ ,])(GRANT|TO|IDENTIFIED|WITH)(?=[ ,]|$)/.exec(text)?.[1];
  if (word === undefined) return [];
  const why = "an entry is the text between GRANT and TO; the grantee is the user of this entry";
  return [
    {
      code: "bad-form",
      at,
      what: `${showSteps(at)} contains ${word}`,
      why,
      fix: `remove ${word} and the clause that belongs to it`,
    },
  ];
}

/** Unquoted names are stored in upper case, so a name in lower case is most likely a mistake. */
function lowerCase(name: string | undefined, at: Steps): Finding[] {
  if (name === undefined || !/[a-z]/.test(name) || /[A-Z]/.test(name)) return [];
  return [
    {
      severity: "warning",
      code: "lower-case-name",
      at,
      what: `${quote(name)} is in lower case`,
      why: "Oracle stores names in upper case unless they were created in quotes",
      fix: `write ${name.toUpperCase()}, unless the data dictionary has it in lower case`,
    },
  ];
}
