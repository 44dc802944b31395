import type { NameSecrets } from "../../credentials/secret-names.ts";
import type { LoginOrigin } from "../../registry-login/login.ts";

/** The login of a seed that is used: the one that pushes, or the one that pulls the base. */
export type LoginInputs = "registry" | "base";

/** Facts for the error messages of one registry connection. */
export interface RegistryFacts {
  host: string;
  inputs: LoginInputs;
  origin: LoginOrigin;
  /** How messages refer to the login's two secrets. */
  nameSecrets: NameSecrets;
  loggedIn: boolean;
  /** Removes every secret of this connection from a text. */
  redact(text: string): string;
}

/** What was attempted, for the message "The registry h refused to <doing> <repository>". */
export interface Attempted {
  doing: string;
  repository: string | null;
  access: "pull" | "push";
  /** The login itself was just accepted, so a refusal is about access rights. */
  loginAccepted: boolean;
}
