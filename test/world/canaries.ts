/** Unique secrets: wherever one of them turns up, something leaks. */
export const CANARIES = {
  sourcePassword: "canary-Source-7f3a9c51",
  sshPassphrase: "canary-passphrase-b1d04e66",
  registryPassword: "canary-registry-92ce7705",
  basePassword: "canary-base-3ad8f1e2",
  pullPassword: "canary-pull-58e0ab97",
  appPassword: "canary-App-6c2f90d4",
} as const;

/** Names of the canaries that a text holds, plain or in base64. */
export function findCanaries(text: string): string[] {
  return Object.entries(CANARIES)
    .filter(
      ([, secret]) => text.includes(secret) || text.includes(Buffer.from(secret).toString("base64").replace(/=+$/, "")),
    )
    .map(([name]) => name);
}
