import { SeedbedError } from "../../problem/error.ts";
import type { NameSecrets } from "../../credentials/secret-names.ts";

/** The connection is lost or no longer responds: its calls may be retried on a new one. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

const unreachable = {
  ENOTFOUND: "The machine that runs Seedbed cannot resolve the host name.",
  EAI_AGAIN: "The host name could not be resolved at the moment.",
  ECONNREFUSED: "The port refused the connection.",
  EHOSTUNREACH: "No route to that host.",
  ENETUNREACH: "No route to that network.",
  ETIMEDOUT: "The host did not respond in time.",
  ECONNRESET: "The host accepted the connection and closed it.",
} as const;

/** What was attempted: `login` is `user@host:port`, `key` the fingerprint of the login's public key. */
export interface TriedLogin {
  login: string;
  key: string;
  nameSecrets: NameSecrets;
}

/** Explains a failed connection, with a fix. */
export function explainConnectFailure(error: unknown, tried: TriedLogin): SeedbedError {
  const { level, code, message } = facts(error);
  const { login } = tried;
  if (level === "client-authentication") return refusedLogin(tried, error);
  if (level === "client-timeout")
    return new SeedbedError("ssh-timeout", `${login} did not finish the SSH handshake in time: ${message}`, {
      fix: "Check that the host is up and that its firewall admits this runner; if the host is just slow, try again.",
      cause: error,
    });
  if (message.includes("no matching"))
    return new SeedbedError("ssh-no-common-algorithm", `${login} and Seedbed have no algorithm in common: ${message}`, {
      fix: "Configure the server to offer curve25519-sha256 or ecdh-sha2-nistp256 with aes128-gcm, aes256-gcm or aes-ctr.",
      cause: error,
    });
  const reason = code in unreachable ? unreachable[code as keyof typeof unreachable] : "The connection failed.";
  return new SeedbedError("ssh-unreachable", `${login} cannot be reached: ${message}. ${reason}`, {
    fix: "Check `ssh.host` and `ssh.port` of the source in .github/seedbed.yml, the host's firewall and its sshd; the runner must be in a network that can reach the host.",
    cause: error,
  });
}

function refusedLogin({ login, key, nameSecrets }: TriedLogin, error: unknown): SeedbedError {
  return new SeedbedError(
    "ssh-auth-failed",
    `${login} refused the login with the key ${key}: ${facts(error).message}`,
    {
      fix: `Add the public key to the user's authorized_keys on the host, or set the right private key in ${nameSecrets("ssh_private_key")}.`,
      cause: error,
    },
  );
}

/** The private key cannot be used. The message gives the reason but never the key. */
export function explainKeyFailure(error: Error, nameSecrets: NameSecrets): SeedbedError {
  if (error.message.includes("no passphrase given"))
    return new SeedbedError(
      "ssh-key-passphrase-missing",
      "The SSH private key is encrypted, but no passphrase is set.",
      {
        fix: `Set ${nameSecrets("ssh_passphrase")}, or use a key without a passphrase.`,
      },
    );
  if (/passphrase|integrity check/.test(error.message))
    return new SeedbedError("ssh-key-passphrase-wrong", "The passphrase does not decrypt the SSH private key.", {
      fix: `Correct ${nameSecrets("ssh_passphrase")}.`,
    });
  return new SeedbedError("ssh-key-invalid", `The SSH private key cannot be read: ${error.message}`, {
    fix: `Set the whole key file, including first and last line, as written by \`ssh-keygen -t ed25519\`, in ${nameSecrets("ssh_private_key")}.`,
  });
}

const transient = new Set(["ssh-unreachable", "ssh-timeout"]);

/** Whether another attempt can help: the connection was lost, or failed for a reason that may be temporary. */
export function mayPass(error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof SeedbedError && transient.has(error.code));
}

function facts(error: unknown): { level: string; code: string; message: string } {
  const { level, code } = (error ?? {}) as { level?: unknown; code?: unknown };
  const message = error instanceof Error ? error.message || String(code) : String(error);
  return { level: String(level), code: String(code), message };
}
