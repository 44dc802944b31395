import { loadSsh2 } from "../../../src/adapters/ssh2-load.ts";

export interface KeyPair {
  /** OpenSSH private key file. */
  private: string;
  /** `ssh-ed25519 AAAA… comment`, as in authorized_keys. */
  public: string;
}

/** A fresh Ed25519 pair, encrypted when there is a passphrase. */
export async function generateKeys(passphrase?: string): Promise<KeyPair> {
  const { utils } = await loadSsh2();
  const encryption = passphrase === undefined ? {} : { passphrase, cipher: "aes256-ctr", rounds: 1 };
  return utils.generateKeyPairSync("ed25519", { comment: "seedbed-world", ...encryption });
}
