/** Every secret that a seed needs, read once; never printed, never handed to a program as an argument. */
export interface Credentials {
  sshPrivateKey: string;
  sshPassphrase: string | undefined;
  sourceUser: string;
  sourcePassword: string;
  registry: Login;
  base: Login;
}

/** An account of a registry. */
export interface Login {
  username: string;
  password: string;
}
