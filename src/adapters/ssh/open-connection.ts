import { connect } from "node:net";
import type { ConnectConfig, Client, ParsedKey, ServerHostKeyAlgorithm, utils } from "ssh2";
import { nameInputs, type NameSecrets } from "../../credentials/secret-names.ts";
import { SshConnection, type SshDeadlines } from "./connection.ts";
import { explainConnectFailure, explainKeyFailure } from "./failure.ts";
import { describeHostKey, type HostKey, hostKeyAlgorithms, hostKeyMismatch, parseHostKey } from "./host-key.ts";
import { loadSsh2 } from "./load.ts";

/** Where to log in, and as whom. */
export interface SshTarget {
  host: string;
  port: number;
  user: string;
  /** Private key in OpenSSH or PEM format. */
  privateKey: string;
  passphrase?: string;
  /** The settings' line `ssh-ed25519 AAAA…`. */
  hostKey: string;
  /** How error messages refer to key and passphrase; by default as inputs of the Action. */
  nameSecrets?: NameSecrets;
}

/** Connects and logs in after the host has presented exactly the key in the settings. Throws SeedbedError `ssh-…`. */
export async function openConnection(
  target: SshTarget,
  deadlines: SshDeadlines,
  signal?: AbortSignal,
): Promise<SshConnection> {
  const { Client, utils } = await loadSsh2();
  signal?.throwIfAborted();
  const expected = parseHostKey(target.hostKey);
  const key = parsePrivateKey(target, utils.parseKey);
  const login = `${target.user}@${target.host}:${target.port}`;
  const client = new Client();
  // A separate socket, because ssh2 does not destroy one that has already ended. Without noDelay every read request waits for the
  // host's delayed acknowledgement.
  const socket = connect({ host: target.host, port: target.port, noDelay: true });
  const abort = (): unknown => socket.destroy(new Error("aborted"));
  signal?.addEventListener("abort", abort, { once: true });
  let wrongKey: Buffer | undefined;
  const verify = (offered: Buffer): boolean => {
    if (expected.blob.equals(offered)) return true;
    wrongKey = Buffer.from(offered);
    return false;
  };
  try {
    await logIn(client, { ...configure(target, { expected, verify, deadlines }), sock: socket });
    return new SshConnection(client, socket, deadlines.stall);
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    if (wrongKey) throw hostKeyMismatch(login, expected.blob, wrongKey);
    const { nameSecrets = nameInputs } = target;
    throw explainConnectFailure(error, { login, key: describeHostKey(key.getPublicSSH()), nameSecrets });
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Throws if the private key cannot be read or its passphrase does not decrypt it; connects to nothing. */
export async function checkPrivateKey(
  target: Pick<SshTarget, "privateKey" | "passphrase" | "nameSecrets">,
): Promise<void> {
  const { utils } = await loadSsh2();
  parsePrivateKey(target, utils.parseKey);
}

/** Parses the private key and explains why it cannot be used. */
function parsePrivateKey(target: Parameters<typeof checkPrivateKey>[0], parse: typeof utils.parseKey): ParsedKey {
  const { privateKey, passphrase, nameSecrets = nameInputs } = target;
  const parsed = parse(privateKey, passphrase);
  if (parsed instanceof Error) throw explainKeyFailure(parsed, nameSecrets);
  const key = [parsed].flat()[0];
  if (!key?.isPrivateKey()) throw explainKeyFailure(new Error("it only contains a public key"), nameSecrets);
  return key;
}

async function logIn(client: Client, config: ConnectConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve);
    // Never removed: ssh2 may report a second error for the same failure, which must not end the process.
    client.on("error", reject);
    client.once("close", () => reject(new Error("the host closed the connection before the login")));
    client.connect(config);
  });
}

interface Trust {
  expected: HostKey;
  verify: (offered: Buffer) => boolean;
  deadlines: SshDeadlines;
}

function configure(target: SshTarget, { expected, verify, deadlines }: Trust): ConnectConfig {
  return {
    username: target.user,
    privateKey: target.privateKey,
    ...(target.passphrase === undefined ? {} : { passphrase: target.passphrase }),
    authHandler: ["publickey"],
    // ssh2 calls this again at every rekey and treats a Promise as a yes, so it must return a boolean.
    hostVerifier: verify,
    readyTimeout: deadlines.connect,
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
    algorithms: {
      serverHostKey: hostKeyAlgorithms(expected) as ServerHostKeyAlgorithm[],
      cipher: [
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "aes128-ctr",
        "aes256-ctr",
        "chacha20-poly1305@openssh.com",
      ],
      // Group exchange checks a prime on the main thread for 1 to 21 s per rekey, so it comes last.
      kex: [
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
        "diffie-hellman-group-exchange-sha256",
      ],
    },
  };
}
