import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from "node:crypto";

/** Type number of the 12c password verifier, carried as a flag of AUTH_VFR_DATA. */
export const VERIFIER_12C = 0x4815;

/** As real servers have them; clients clamp smaller counts and then derive another key. */
const GENERATION_ROUNDS = 4096;
const DERIVATION_ROUNDS = 3;
const NO_IV = Buffer.alloc(16);
const BLOCK = 16;

/** The server's side of the 12c password exchange, for one logon. */
export class PasswordExchange {
  readonly #password: string | null;
  readonly #salt = randomBytes(16);
  readonly #mixSalt = randomBytes(16);
  readonly #serverKey = randomBytes(32);
  readonly #hash: Buffer;

  /** null for an unknown user: the exchange still runs, so that a client cannot tell. */
  constructor(password: string | null) {
    this.#password = password;
    const seed = Buffer.concat([this.#salt, Buffer.from("AUTH_PBKDF2_SPEEDY_KEY")]);
    const secret = password ?? randomBytes(16).toString("hex");
    const key = pbkdf2Sync(secret, seed, GENERATION_ROUNDS, 64, "sha512");
    this.#hash = createHash("sha512").update(key).update(this.#salt).digest().subarray(0, 32);
  }

  /** Phase one's answer. */
  challenge(): Record<string, string> {
    return {
      AUTH_SESSKEY: hex(encrypt(this.#hash, this.#serverKey)),
      AUTH_VFR_DATA: hex(this.#salt),
      AUTH_PBKDF2_CSK_SALT: hex(this.#mixSalt),
      AUTH_PBKDF2_VGEN_COUNT: String(GENERATION_ROUNDS),
      AUTH_PBKDF2_SDER_COUNT: String(DERIVATION_ROUNDS),
    };
  }

  /** AUTH_SVR_RESPONSE, by which the client knows the server; null for a wrong password. */
  verify(sessionKey: string, encryptedPassword: string): string | null {
    const clientKey = Buffer.from(sessionKey, "hex");
    const sent = Buffer.from(encryptedPassword, "hex");
    if (this.#password === null || clientKey.length !== 32) return null;
    if (sent.length < 2 * BLOCK || sent.length % BLOCK !== 0) return null;
    const mixed = hex(Buffer.concat([decrypt(this.#hash, clientKey), this.#serverKey]));
    const key = pbkdf2Sync(mixed, this.#mixSalt, DERIVATION_ROUNDS, 32, "sha512");
    if (withoutPadding(decrypt(key, sent))?.subarray(BLOCK).toString("utf8") !== this.#password) return null;
    const proof = [randomBytes(BLOCK), Buffer.from("SERVER_TO_CLIENT"), Buffer.alloc(BLOCK, BLOCK)];
    return hex(encrypt(key, Buffer.concat(proof)));
  }
}

function hex(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase();
}

function encrypt(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-cbc", key, NO_IV).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function decrypt(key: Buffer, secret: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-cbc", key, NO_IV).setAutoPadding(false);
  return Buffer.concat([decipher.update(secret), decipher.final()]);
}

/** Removes PKCS #7 padding; null if the last byte is not padding, as after a wrong key. */
function withoutPadding(plain: Buffer): Buffer | null {
  const padding = plain.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK) return null;
  const tail = plain.subarray(plain.length - padding);
  return tail.every((byte) => byte === padding) ? plain.subarray(0, plain.length - padding) : null;
}
