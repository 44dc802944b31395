/** A client for SQL on this machine, for a person at a terminal. */
export interface SqlClient {
  /** The first of SQLcl and SQL*Plus in PATH; null where there is neither. */
  find(): Promise<string | null>;
  /** Runs it with the terminal until it ends, logged in; returns its exit code. The password is in no argument, variable or file. */
  run(program: string, login: SqlLogin): Promise<number>;
}

export interface SqlLogin {
  user: string;
  password: string;
  /** `//127.0.0.1:15210/FREEPDB1`. */
  address: string;
}
