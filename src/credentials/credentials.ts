/** Every secret that a seed needs, read once; never printed, never handed to a program as an argument. */
export interface Credentials {
  sshPrivateKey: string;
  sshPassphrase: string | undefined;
  sourceUser: string;
  sourcePassword: string;
  /** Account that pushes seed images; null: it is looked for where Docker keeps its logins. */
  registry: Login | null;
  /** Account that pulls the base image, likewise. */
  base: Login | null;
}

/** An account of a registry. */
export interface Login {
  username: string;
  password: string;
}

/** A login that is set as a pair; null where neither half is. Half of one is the caller's to refuse. */
export function pairOf(username: string, password: string): Login | null {
  return username === "" && password === "" ? null : { username, password };
}
