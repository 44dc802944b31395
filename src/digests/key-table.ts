/** The digests that decide which work a change causes. */
export type DigestName = "seed_inputs" | "import_inputs" | "runtime" | "apply_inputs";

/** The digests that a key of a request is part of. */
export interface KeyRow {
  /** Empty for keys that only say where something is. */
  digests: readonly DigestName[];
  /** The pod restarts to pick up the new value; everything else is applied while the database runs. */
  restart?: true;
}

const SEED: KeyRow = { digests: ["seed_inputs"] };
const IMPORT: KeyRow = { digests: ["import_inputs"] };
const APPLY: KeyRow = { digests: ["apply_inputs"] };
const RESTART: KeyRow = { digests: ["apply_inputs"], restart: true };
const NONE: KeyRow = { digests: [] };

/** Every key of a request that holds a value, with its digests. A key without a row fails a test. */
export const KEY_TABLE: Record<string, KeyRow> = {
  owner: APPLY,
  "placement.cluster": NONE,
  "placement.project": NONE,

  "source_database.name": SEED,
  // Of a connection, what says which database it is counts, and only where no name stands: repeated values of a named
  // source are its settings' own.
  "source_database.ssh.host": SEED,
  "source_database.ssh.port": SEED,
  "source_database.ssh.user": NONE,
  "source_database.ssh.host_key": NONE,
  "source_database.host": SEED,
  "source_database.port": SEED,
  "source_database.service_name": SEED,
  "source_database.directory": NONE,
  "source_database.schemas[].name": SEED,
  "source_database.schemas[].tables[].name": SEED,
  "source_database.schemas[].tables[].where": SEED,
  "source_database.export.parallel": SEED,
  "source_database.export.compression": SEED,
  "source_database.export.piece_size": SEED,
  "source_database.refresh.schedule": APPLY,
  "source_database.refresh.time_zone": APPLY,

  // What counts of a base is not its name but its profile and its image.
  "database.base": { digests: ["seed_inputs", "runtime"], restart: true },
  "database.storage.size": APPLY,
  "database.storage.class": NONE,
  "database.storage.keep_dump": APPLY,
  "database.resources.cpu": RESTART,
  "database.resources.memory": RESTART,
  "database.import.remap_schema.<name>": IMPORT,
  "database.import.remap_tablespace.<name>": IMPORT,
  "database.import.exclude[]": IMPORT,
  "database.import.allow_codes[]": IMPORT,
  "database.safety.remove_db_links": IMPORT,
  "database.safety.disable_jobs": IMPORT,
  "database.safety.clear_network_access": IMPORT,
  "database.safety.lock_accounts": IMPORT,
  "database.tablespaces[].name": IMPORT,
  "database.tablespaces[].size": IMPORT,
  "database.tablespaces[].max_size": IMPORT,
  "database.jobs.allow[]": IMPORT,
  "database.parameters.<name>": APPLY,
  "database.users[].name": APPLY,
  "database.users[].password_secret.name": RESTART,
  "database.users[].password_secret.key": RESTART,
  "database.users[].roles[]": APPLY,
  "database.users[].grants[]": APPLY,
  "database.scripts.pre_import[]": IMPORT,
  "database.scripts.masking[]": IMPORT,
  // A script more or less is another item of the volume; another text of one is applied.
  "database.scripts.post_import[]": RESTART,
  "database.backups.schedule": APPLY,
  "database.backups.keep": APPLY,
  "database.backups.restore_test": APPLY,
  "database.access.namespaces[]": APPLY,
  // Another Secret of the pod.
  "database.access.tls": RESTART,
  "database.access.service.type": APPLY,
  "database.access.service.source_ranges[]": APPLY,
  "database.stopped": APPLY,
  "database.expires": APPLY,
  "database.on_failure": APPLY,
};
