import type { Credentials } from "./authorization.ts";

/** Keeps the secrets that must never be quoted, and removes them from texts. */
export interface Secrets {
  add(secret: string): void;
  redact(text: string): string;
}

/** Secrets of one login: its password, the Basic form of it, and every token added later. */
export function keepSecrets(credentials: Credentials | undefined): Secrets {
  const secrets = new Set<string>();
  if (credentials !== undefined) {
    const { username, password } = credentials;
    secrets.add(password);
    // As it would appear in an error body: in JSON or in a URL.
    secrets.add(JSON.stringify(password).slice(1, -1));
    secrets.add(encodeURIComponent(password));
    secrets.add(Buffer.from(`${username}:${password}`).toString("base64"));
  }
  return {
    add: (secret) => secrets.add(secret),
    redact: (text) => {
      let clean = text;
      for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
      return clean;
    },
  };
}
