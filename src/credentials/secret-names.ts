/** A secret of a seed, by the name of its input of the Action. */
export type SecretName =
  | "ssh_private_key"
  | "ssh_passphrase"
  | "source_user"
  | "source_password"
  | `${"registry" | "base"}_${"username" | "password"}`;

/** How messages refer to secrets where the reader has set them; "Correct <names>." must be a sentence. */
export type NameSecrets = (...secrets: SecretName[]) => string;

/** In a workflow: `the inputs registry_username and registry_password`. */
export const nameInputs: NameSecrets = (...secrets) =>
  `the ${secrets.length === 1 ? "input" : "inputs"} ${secrets.join(" and ")}`;

/** On the command line: `SEEDBED_REGISTRY_USERNAME and SEEDBED_REGISTRY_PASSWORD`. */
export const nameVariables: NameSecrets = (...secrets) =>
  secrets.map((secret) => `SEEDBED_${secret.toUpperCase()}`).join(" and ");
