import { secretsOf, type RegistryLogin } from "./login.ts";

/** Keeps the secrets that must never be quoted, and removes them from texts. */
export interface Secrets {
  add(secret: string): void;
  redact(text: string): string;
}

/** Secrets of one login: its password or token, the Basic form of it, and every token added later. */
export function keepSecrets(login: RegistryLogin | undefined): Secrets {
  const secrets = new Set(login === undefined ? [] : secretsOf(login).flatMap(spellings));
  return {
    add: (secret) => secrets.add(secret),
    redact: (text) => {
      let clean = text;
      // The longest first: one may begin another, whose rest would be shown.
      for (const secret of [...secrets].toSorted((a, b) => b.length - a.length))
        if (secret !== "") clean = clean.replaceAll(secret, "***");
      return clean;
    },
  };
}

/** As it would appear in an error body: as it is, in JSON, in a URL, or in base64 as HTTP sends it. */
function spellings(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ];
}
