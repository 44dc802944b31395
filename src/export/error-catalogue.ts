/** What an error means for an export, and what to do; `{directory}`, `{account}`, `{login}` and `{password}` are filled in. */
export interface Explanation {
  means: string;
  fix: string;
}

const PRIVILEGE: Explanation = {
  means: "The export account lacks a privilege or role.",
  fix: "Ask the DBA to run: GRANT DATAPUMP_EXP_FULL_DATABASE TO {account};",
};
const UNDO: Explanation = {
  means: "The source's undo data no longer reaches back to the SCN of the export, so a table was skipped.",
  fix: "Run the seed at a quieter time, ask the DBA to raise undo_retention, or export fewer tables.",
};
const DISK: Explanation = {
  means: "The disk of the directory is full.",
  fix: "Free space in the folder of {directory}, or ask the DBA to point it to a larger disk. Then run the seed again.",
};
const ENCRYPTED_NETWORK: Explanation = {
  means: "The connection was closed. A server that requires native network encryption does this to thin drivers.",
  fix: "Check the listener and its log. If SQLNET.ENCRYPTION_SERVER is REQUIRED, the DBA can set it to ACCEPTED for this path, because the SSH tunnel encrypts the connection.",
};
const UNREACHABLE: Explanation = {
  means: "The listener cannot be reached from the SSH host.",
  fix: "Check listener.host and listener.port of the source in .github/seedbed.yml, as seen from the SSH host.",
};

/** The meanings come from Oracle's message documentation and the driver's error list. */
export const ERROR_CATALOGUE: Readonly<Record<string, Explanation>> = {
  "ORA-39087": {
    means: "The directory object does not exist, or the account may not use it.",
    fix: "Ask the DBA to run: CREATE DIRECTORY {directory} AS '<folder>'; GRANT READ, WRITE ON DIRECTORY {directory} TO {account};",
  },
  "ORA-39145": {
    means: "The account may not use the directory object.",
    fix: "Ask the DBA to run: GRANT READ, WRITE ON DIRECTORY {directory} TO {account};",
  },
  "ORA-39070": {
    means: "The log file cannot be opened in the directory.",
    fix: "Ask the DBA to check that the folder of {directory} exists, belongs to the database's user and has no symbolic link in its path.",
  },
  "ORA-29283": {
    means: "The database server cannot open a file in the folder of the directory.",
    fix: "Ask the DBA to check that the folder of {directory} exists, belongs to the database's user and, from 18c on, has no symbolic link in its path.",
  },
  "ORA-31626": {
    means: "The job does not exist or could not be created.",
    fix: "Ask the DBA to check quota and CREATE TABLE of {account}, and that no more than 99 jobs are left in DBA_DATAPUMP_JOBS.",
  },
  "ORA-31633": {
    means: "The control table of the job cannot be created.",
    fix: "Ask the DBA to run: GRANT CREATE TABLE TO {account}; and a quota on its default tablespace.",
  },
  "ORA-31634": {
    means: "A job or table of this name already exists.",
    fix: "Run the seed again: a new run uses a new name.",
  },
  "ORA-31631": PRIVILEGE,
  "ORA-39209": PRIVILEGE,
  "ORA-39161": PRIVILEGE,
  "ORA-00942": {
    means: "The account may not read a dictionary view.",
    fix: "Ask the DBA to run: GRANT SELECT_CATALOG_ROLE TO {account};",
  },
  "ORA-01555": UNDO,
  "ORA-22924": UNDO,
  "ORA-39095": DISK,
  "ORA-19502": DISK,
  "ORA-27072": DISK,
  "ORA-39171": {
    means: "The job is waiting for space on the source.",
    fix: "Ask the DBA to check DBA_RESUMABLE and to extend the tablespace that it names.",
  },
  "ORA-39094": {
    means: "This edition of the database does not support parallel exports.",
    fix: "Set source_database.export.parallel to 1.",
  },
  "ORA-39181": {
    means: "A row-level policy hides rows from the account, so the export is incomplete.",
    fix: "Ask the DBA to run: GRANT EXEMPT ACCESS POLICY TO {account};",
  },
  "ORA-47415": {
    means: "Database Vault does not let the account export this table.",
    fix: "Ask the Database Vault owner to run: EXEC DBMS_MACADM.AUTHORIZE_DATAPUMP_USER('{account}');",
  },
  "ORA-00904": {
    means: "A row condition names a column that the table does not have.",
    fix: "Correct `where` of the table in source_database.schemas.",
  },
  "ORA-00936": {
    means: "A row condition is not valid SQL.",
    fix: "Correct `where` of the table in source_database.schemas.",
  },
  "ORA-01017": {
    means: "The user name or the password is wrong.",
    fix: "Correct {login}. A few failed attempts may lock the account.",
  },
  "ORA-28000": {
    means: "The account is locked.",
    fix: "Ask the DBA to run: ALTER USER {account} ACCOUNT UNLOCK; but correct the password first, or the account is locked again.",
  },
  "ORA-28001": {
    means: "The password of the account has expired.",
    fix: "Ask the DBA for a new password and set it in {password}.",
  },
  "ORA-12516": {
    means: "The database has reached its maximum number of processes.",
    fix: "Run the seed again later, or ask the DBA to raise the parameter processes.",
  },
  "NJS-116": {
    means: "The account has only a 10G password verifier, which the thin driver does not support.",
    fix: "Ask the DBA to set the account's password again with 12C verifiers allowed.",
  },
  "NJS-138": {
    means: "The server is older than 12.1.",
    fix: "Use a source with Oracle 12.1 or later.",
  },
  "NJS-518": {
    means: "The listener does not know the service.",
    fix: "Correct service_name of the source; `lsnrctl services` lists the services that the listener knows.",
  },
  "NJS-500": ENCRYPTED_NETWORK,
  "NJS-501": ENCRYPTED_NETWORK,
  "NJS-521": ENCRYPTED_NETWORK,
  "NJS-533": {
    means: "The server requires native network encryption or integrity checks, which the thin driver does not support.",
    fix: "Ask the DBA to set SQLNET.ENCRYPTION_SERVER and SQLNET.CRYPTO_CHECKSUM_SERVER to ACCEPTED for this path, because the SSH tunnel encrypts the connection.",
  },
  "NJS-503": UNREACHABLE,
  "NJS-510": UNREACHABLE,
};
