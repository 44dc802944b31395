import { SeedbedError } from "../error.ts";
import type { NameSecrets } from "../secret-names.ts";

/** The connection is gone or answers no more: what ran over it may be tried again on a new one. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

const unreachable = {
  ENOTFOUND: "The name is not known where Seedbed runs.",
  EAI_AGAIN: "The name could not be looked up just now.",
  ECONNREFUSED: "Nothing listens on that port.",
  EHOSTUNREACH: "There is no way to that host.",
  ENETUNREACH: "There is no way to that network.",
  ETIMEDOUT: "Nothing answered in time.",
  ECONNRESET: "The host took the connection and dropped it.",
} as const;

/** What was tried: `place` is `user@host:port`, `key` our public key's fingerprint. */
export interface TriedLogin {
  place: string;
  key: string;
  nameSecrets: NameSecrets;
}

/** Why no connection came about, with what to do. */
export function explainConnectFailure(error: unknown, tried: TriedLogin): SeedbedError {
  const { level, code, message } = facts(error);
  const { place } = tried;
  if (level === "client-authentication") return refusedLogin(tried, error);
  if (level === "client-timeout")
    return new SeedbedError("ssh-timeout", `${place} did not finish the SSH handshake in time: ${message}`, {
      fix: "See whether the host is up and its firewall lets this runner in; a very slow host needs another try.",
      cause: error,
    });
  if (message.includes("no matching"))
    return new SeedbedError("ssh-no-common-algorithm", `${place} and Seedbed share no algorithm: ${message}`, {
      fix: "Let the server offer curve25519-sha256 or ecdh-sha2-nistp256 with aes128-gcm, aes256-gcm or aes-ctr.",
      cause: error,
    });
  const reason =
    code in unreachable ? unreachable[code as keyof typeof unreachable] : "The connection did not come about.";
  return new SeedbedError("ssh-unreachable", `${place} cannot be reached: ${message}. ${reason}`, {
    fix: "See `ssh.host` and `ssh.port` of the source in .github/seedbed.yml, the host's firewall and its sshd; the runner must be in a network that reaches it.",
    cause: error,
  });
}

function refusedLogin({ place, key, nameSecrets }: TriedLogin, error: unknown): SeedbedError {
  return new SeedbedError(
    "ssh-auth-failed",
    `${place} refused the login with the key ${key}: ${facts(error).message}`,
    {
      fix: `Put the public half of that key into the user's authorized_keys on the host, or the right private key into ${nameSecrets("ssh_private_key")}.`,
      cause: error,
    },
  );
}

/** Our own private key cannot be used. The text names the reason and never the key. */
export function explainKeyFailure(error: Error, nameSecrets: NameSecrets): SeedbedError {
  if (error.message.includes("no passphrase given"))
    return new SeedbedError(
      "ssh-key-passphrase-missing",
      "The SSH private key is encrypted and there is no passphrase.",
      {
        fix: `Set ${nameSecrets("ssh_passphrase")}, or use a key without a passphrase.`,
      },
    );
  if (/passphrase|integrity check/.test(error.message))
    return new SeedbedError("ssh-key-passphrase-wrong", "The passphrase does not open the SSH private key.", {
      fix: `Correct ${nameSecrets("ssh_passphrase")}.`,
    });
  return new SeedbedError("ssh-key-invalid", `The SSH private key cannot be read: ${error.message}`, {
    fix: `Put the whole key file, first and last line included, as \`ssh-keygen -t ed25519\` writes it, into ${nameSecrets("ssh_private_key")}.`,
  });
}

const transient = new Set(["ssh-unreachable", "ssh-timeout"]);

/** Whether another try can help: the connection broke, or did not come about for a reason that may pass. */
export function mayPass(error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof SeedbedError && transient.has(error.code));
}

function facts(error: unknown): { level: string; code: string; message: string } {
  const { level, code } = (error ?? {}) as { level?: unknown; code?: unknown };
  const message = error instanceof Error ? error.message || String(code) : String(error);
  return { level: String(level), code: String(code), message };
}
