import { loadSsh2 } from "../../../src/adapters/ssh/load.ts";

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
  for (;;) {
    const pair = utils.generateKeyPairSync("ed25519", { comment: "seedbed-world", ...encryption });
    // mscdex/ssh2 strips leading zeros of the public key (lib/keygen.js): one pair in 256 comes out a byte short.
    if (!(utils.parseKey(pair.public) instanceof Error)) return pair;
  }
}
