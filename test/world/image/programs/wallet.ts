import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The certificate and key of a wallet, as PKCS#12. */
export interface WalletEntry {
  pfx: string;
  passphrase: string;
}

/** What the password opens, and what is in it. */
export interface Wallet {
  password: string;
  entry: WalletEntry | null;
}

// The real file begins like this; what follows is the world's own, because Oracle does not publish it.
const MAGIC = Buffer.from([0xa1, 0xf8, 0x4e]);

/** The auto-login file of a wallet; null where it is none, such as a PKCS#12 file of openssl's. */
export function readAutoLogin(folder: string): Wallet | null {
  const file = join(folder, "cwallet.sso");
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  return JSON.parse(bytes.subarray(MAGIC.length).toString("utf8")) as Wallet;
}

/** Both files, for their owner alone. */
export function writeWallet(folder: string, wallet: Wallet): void {
  const bytes = Buffer.concat([MAGIC, Buffer.from(JSON.stringify(wallet))]);
  for (const name of ["cwallet.sso", "ewallet.p12"]) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
}
