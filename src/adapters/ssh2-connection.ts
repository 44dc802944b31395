import { connect, type Socket } from "node:net";
import type { Client, ConnectConfig, ParsedKey, ServerHostKeyAlgorithm, utils } from "ssh2";
import { ConnectionLost, explainConnectFailure, explainKeyFailure } from "./ssh2-failure.ts";
import { describeHostKey, type HostKey, hostKeyAlgorithms, hostKeyMismatch, parseHostKey } from "./ssh2-host-key.ts";
import { loadSsh2 } from "./ssh2-load.ts";

/** Where to log in, and as whom. */
export interface SshTarget {
  host: string;
  port: number;
  user: string;
  /** OpenSSH or PEM text. */
  privateKey: string;
  passphrase?: string;
  /** The settings' line `ssh-ed25519 AAAA…`. */
  hostKey: string;
}

export interface SshDeadlines {
  /** Milliseconds for TCP, handshake and login together. */
  connect: number;
  /** Milliseconds without any answer while one is owed, after which a connection counts as dead. */
  stall: number;
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** A logged-in connection that ends every open call when it is lost. */
export class SshConnection {
  readonly client: Client;
  readonly #socket: Socket;
  readonly #stall: number;
  readonly #open = new Set<(error: Error) => void>();
  readonly #watchers = new Set<(error: Error) => void>();
  #watchdog: NodeJS.Timeout | undefined;
  #lost: ConnectionLost | undefined;

  constructor(client: Client, socket: Socket, stall: number) {
    this.client = client;
    this.#socket = socket;
    this.#stall = stall;
    client.on("error", (error) => this.destroy(error));
    client.on("close", () => this.destroy(new Error("the host closed the connection")));
  }

  get lost(): ConnectionLost | undefined {
    return this.#lost;
  }

  /** Told once, when the connection is lost or closed. Returns how to stop listening. */
  onLost(watcher: (error: Error) => void): () => void {
    if (this.#lost) watcher(this.#lost);
    else this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** One call of ssh2 as a promise; silence of the host ends the connection and with it all calls. */
  call<T>(start: (done: Done<T>) => void): Promise<T> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise<T>((resolve, reject) => {
      const settle = (error: Error | null | undefined, value?: T) => {
        if (!this.#open.delete(fail)) return;
        this.#answered();
        if (error) reject(error);
        else resolve(value as T);
      };
      const fail = (error: Error) => settle(error);
      this.#open.add(fail);
      this.#armWatchdog();
      try {
        start(settle);
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  /** Ends the socket at once; every open call rejects. */
  destroy(reason: Error): void {
    if (this.#lost) return;
    this.#lost = new ConnectionLost(reason.message, { cause: reason });
    clearTimeout(this.#watchdog);
    this.#socket.destroy();
    for (const fail of this.#open) fail(this.#lost);
    for (const watcher of this.#watchers) watcher(this.#lost);
  }

  /** Says goodbye and waits until the socket is closed. */
  async close(): Promise<void> {
    if (this.#lost) return;
    const closed = new Promise<void>((resolve) => this.client.once("close", () => resolve()));
    const impatient = setTimeout(() => this.destroy(new Error("closed by us")), goodbye);
    this.client.end();
    await closed;
    clearTimeout(impatient);
    this.destroy(new Error("closed by us"));
  }

  #armWatchdog(): void {
    const silent = () => this.destroy(new Error(`the host sent nothing for ${this.#stall / 1000} s`));
    this.#watchdog ??= setTimeout(silent, this.#stall);
  }

  #answered(): void {
    if (this.#open.size > 0 && !this.#lost) {
      this.#watchdog?.refresh();
      return;
    }
    clearTimeout(this.#watchdog);
    this.#watchdog = undefined;
  }
}

const goodbye = 2_000;

/** Connects and logs in, once the host has shown exactly the key of the settings. Throws SeedbedError `ssh-…`. */
export async function openConnection(
  target: SshTarget,
  deadlines: SshDeadlines,
  signal?: AbortSignal,
): Promise<SshConnection> {
  const { Client, utils } = await loadSsh2();
  signal?.throwIfAborted();
  const expected = parseHostKey(target.hostKey);
  const key = parsePrivateKey(target, utils.parseKey);
  const place = `${target.user}@${target.host}:${target.port}`;
  const client = new Client();
  // Our own socket: ssh2 does not destroy one that was already ended. Without noDelay every read request waits for the
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
    if (wrongKey) throw hostKeyMismatch(place, expected.blob, wrongKey);
    throw explainConnectFailure(error, place, describeHostKey(key.getPublicSSH()));
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** Reads our private key and says why where it cannot be read. */
function parsePrivateKey({ privateKey, passphrase }: SshTarget, parse: typeof utils.parseKey): ParsedKey {
  const parsed = parse(privateKey, passphrase);
  if (parsed instanceof Error) throw explainKeyFailure(parsed);
  const key = [parsed].flat()[0];
  if (!key?.isPrivateKey()) throw explainKeyFailure(new Error("it holds a public key only"));
  return key;
}

async function logIn(client: Client, config: ConnectConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve);
    // Stays for good: ssh2 may report a second error of the same failure, which must not end the process.
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
    // ssh2 asks again at every rekey and takes a Promise for a yes: this answers at once, with a boolean.
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
      // Group exchange checks a prime on our thread for 1 to 21 s per rekey: it stands last.
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
