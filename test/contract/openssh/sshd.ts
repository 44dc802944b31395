import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { generateKeys, type KeyPair } from "../../world/ssh/keys.ts";

export interface Sshd {
  target: { host: string; port: number; user: string; privateKey: string; hostKey: string };
  hostKey: KeyPair;
  /** A folder whose path is the same on both sides. */
  folder: string;
  /** Key exchanges that the server finished, the first of each connection included. */
  keyExchanges(): number;
  log(): string;
  stop(): Promise<void>;
}

/** Debian's OpenSSH server on a free loopback port, for this user, by public key, SFTP only, with some lines of its own. */
export async function startSshd(lines: string[] = []): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), "seedbed-sshd-"));
  const [hostKey, userKey, port] = await Promise.all([generateKeys(), generateKeys(), freePort()]);
  const user = userInfo().username;
  // Without systemd nobody makes the folder for privilege separation.
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  await writeFile(join(folder, "host_key"), hostKey.private, { mode: 0o600 });
  await writeFile(join(folder, "authorized_keys"), `${userKey.public}\n`, { mode: 0o600 });
  await writeFile(join(folder, "sshd_config"), renderConfig({ folder, port, user, lines }));
  // Absolute paths throughout: sshd runs itself again for each connection, from the root folder.
  const server = spawn(findSshd(), ["-D", "-e", "-f", join(folder, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log: string[] = [];
  await waitUntilListening(server, log);
  return {
    target: { host: "127.0.0.1", port, user, privateKey: userKey.private, hostKey: publicLine(hostKey) },
    hostKey,
    folder,
    keyExchanges: () => log.filter((line) => line.includes("SSH2_MSG_NEWKEYS received")).length,
    log: () => log.join("\n"),
    stop: async () => {
      const ended = new Promise((resolve) => server.once("close", resolve));
      server.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

export function publicLine(keys: KeyPair): string {
  return keys.public.split(" ").slice(0, 2).join(" ");
}

function renderConfig({ folder, port, user, lines }: { folder: string; port: number; user: string; lines: string[] }) {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host_key`,
    "PidFile none",
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "StrictModes no",
    "AuthenticationMethods publickey",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    // Without PAM an unprivileged sshd takes every account for a locked one: it may not read the shadow file.
    process.getuid?.() === 0 ? "UsePAM no" : "UsePAM yes",
    "UseDNS no",
    "LogLevel DEBUG1",
    `AllowUsers ${user}`,
    ...lines,
    "Subsystem sftp internal-sftp",
    "ForceCommand internal-sftp",
    "",
  ].join("\n");
}

function findSshd(): string {
  const found = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, "sshd"))
    .find((file) => isExecutable(file));
  if (found === undefined) throw new Error("sshd is not installed");
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return address.port;
}

async function waitUntilListening(server: ChildProcess, log: string[]): Promise<void> {
  if (!server.stderr) throw new TypeError("sshd's log is a pipe");
  const reading = createInterface({ input: server.stderr });
  await new Promise<void>((resolve, reject) => {
    reading.on("line", (line) => {
      log.push(line);
      if (line.startsWith("Server listening on")) resolve();
    });
    server.once("close", (code) => reject(new Error(`sshd ended with ${code}:\n${log.join("\n")}`)));
  });
}
