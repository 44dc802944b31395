import type { SourceDatabase } from "../ports/source-database.ts";
import { DatabaseError } from "../ports/database-error.ts";
import type { ResolvedSchema, SourceFinding } from "./source-report.ts";
import { readEncryptedTables } from "./statements/hidden-rows.ts";

/** As many names as a person reads. */
const SHOWN = 5;

/** Says before the export what it will write in clear: Data Pump decrypts, and only its log tells afterwards. */
export async function checkEncryption(
  database: SourceDatabase,
  scope: readonly ResolvedSchema[],
): Promise<SourceFinding[]> {
  const names: string[] = [];
  for (const schema of scope) names.push(...(await encryptedTables(database, schema)));
  return names.length === 0 ? [] : [describe(names)];
}

async function encryptedTables(database: SourceDatabase, schema: ResolvedSchema): Promise<string[]> {
  const inScope = schema.tables.map((table) => table.name);
  try {
    const rows = await database.query(readEncryptedTables, { owner: schema.name });
    const found = new Set(rows.map((row) => String(row["TABLE_NAME"])));
    return inScope.filter((name) => found.has(name)).map((name) => `${schema.name}.${name}`);
  } catch (error) {
    // Hidden views: the export itself says the same, only later.
    if (error instanceof DatabaseError && error.codes.includes("ORA-00942")) return [];
    throw error;
  }
}

function describe(names: readonly string[]): SourceFinding {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return {
    severity: "warning",
    code: "source-encrypted",
    what: `the source encrypts ${names.slice(0, SHOWN).join(", ")}${more}, but the dump will contain the data unencrypted`,
    why: "Data Pump decrypts exported data (ORA-39173), and the copy has no keystore to encrypt it again",
    fix: "mask those columns with a script in database.scripts.masking, and protect the registry like the source",
  };
}
