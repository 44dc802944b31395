import type { SFTPWrapper, Stats } from "ssh2";
import { SeedbedError } from "../../problem/error.ts";
import type { FileFacts } from "../../ports/source-host.ts";
import type { SshConnection } from "./connection.ts";
import { ConnectionLost } from "./failure.ts";

/** A file that is open on the host. */
export interface OpenFile {
  facts: FileFacts;
  /** Reads like a `Lane` of the transfer: resolves to the number of bytes, 0 at the end. */
  read(target: Buffer, length: number, position: number): Promise<number>;
  /** Reads the file's current size and time. */
  readFacts(): Promise<FileFacts>;
  close(): Promise<void>;
}

// draft-ietf-secsh-filexfer-02, section 7.
const sftpStatus = { noSuchFile: 2, permissionDenied: 3 };

/** One SFTP channel of a connection. */
export class SftpChannel {
  readonly #connection: SshConnection;
  readonly #sftp: SFTPWrapper;
  #closed = false;

  private constructor(connection: SshConnection, sftp: SFTPWrapper) {
    this.#connection = connection;
    this.#sftp = sftp;
    // After a protocol error on one channel the others cannot be trusted either.
    sftp.on("error", (error: Error) => connection.destroy(error));
    sftp.on("end", () => (this.#closed = true));
    sftp.on("close", () => (this.#closed = true));
  }

  /** Checks that the channel is open, because ssh2 silently drops requests on a closed one. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Rejects with ConnectionLost, or with SeedbedError `ssh-sftp-refused`. */
  static async open(connection: SshConnection): Promise<SftpChannel> {
    try {
      const sftp = await connection.call<SFTPWrapper>((done) => connection.client.sftp(done));
      return new SftpChannel(connection, sftp);
    } catch (error) {
      throw error instanceof ConnectionLost ? error : noSftp(error as Error);
    }
  }

  /** Maximum bytes of a read that the server answers at once. */
  get readLimit(): number {
    const { _maxReadLen: limit } = this.#sftp as unknown as { _maxReadLen?: unknown };
    return typeof limit === "number" && limit > 0 ? limit : 32_768;
  }

  async facts(path: string): Promise<FileFacts | null> {
    const stats = await this.#ask<Stats>(path, (done) => this.#sftp.stat(path, done)).catch(noSuchFileIsNull);
    if (stats && !stats.isFile())
      throw new SeedbedError("source-not-a-file", `${path} on the SSH host is not a regular file.`, {
        fix: "Use the path of the dump file itself, not of its folder.",
      });
    return stats && { bytes: stats.size, modified: stats.mtime };
  }

  async list(folder: string): Promise<string[]> {
    const entries = await this.#ask<{ filename: string }[]>(folder, (done) => this.#sftp.readdir(folder, done));
    return entries.map((entry) => entry.filename).toSorted();
  }

  /** A missing file counts as removed, because the response to an earlier removal may have been lost. */
  async remove(path: string): Promise<void> {
    await this.#ask<unknown>(path, (done) => this.#sftp.unlink(path, (error) => done(error, null))).catch(
      noSuchFileIsNull,
    );
  }

  async freeBytes(folder: string): Promise<number | null> {
    const extensions = (this.#sftp as unknown as { _extensions?: Record<string, string> })._extensions ?? {};
    if (extensions["statvfs@openssh.com"] !== "2") return null;
    type FileSystem = { f_bavail: number; f_frsize: number };
    const answer = await this.#ask<FileSystem>(folder, (done) => this.#sftp.ext_openssh_statvfs(folder, done));
    return answer.f_bavail * answer.f_frsize;
  }

  async openFile(path: string): Promise<OpenFile> {
    const ask = <T>(start: Start<T>): Promise<T> => this.#ask(path, start);
    const sftp = this.#sftp;
    const handle = await ask<Buffer>((done) => sftp.open(path, "r", done));
    const readFacts = async (): Promise<FileFacts> => {
      const stats = await ask<Stats>((done) => sftp.fstat(handle, done));
      return { bytes: stats.size, modified: stats.mtime };
    };
    return {
      facts: await readFacts(),
      readFacts,
      read: (target, length, position) => ask((done) => sftp.read(handle, target, 0, length, position, done)),
      close: async () => {
        await ask<unknown>((done) => sftp.close(handle, (error) => done(error, null)));
      },
    };
  }

  async #ask<T>(path: string, start: Start<T>): Promise<T> {
    if (this.#closed) throw new ConnectionLost("the SFTP session has ended");
    try {
      return await this.#connection.call(start);
    } catch (error) {
      throw explain(error as Error & { code?: unknown }, path);
    }
  }
}

type Start<T> = (done: (error: Error | null | undefined, value: T) => void) => void;

function noSftp(cause: Error): SeedbedError {
  return new SeedbedError("ssh-sftp-refused", `The SSH host did not start an SFTP session: ${cause.message}`, {
    fix: "Enable `Subsystem sftp internal-sftp` in its sshd_config for this user.",
    cause,
  });
}

function noSuchFileIsNull(error: unknown): null {
  if (error instanceof SeedbedError && error.code === "source-no-such-file") return null;
  throw error;
}

function explain(error: Error & { code?: unknown }, path: string): Error {
  const options = { cause: error };
  if (error instanceof ConnectionLost) return error;
  // ssh2 fails pending requests with this message when a channel closes.
  if (error.message === "No response from server") return new ConnectionLost(error.message, options);
  if (error.code === sftpStatus.noSuchFile)
    return new SeedbedError("source-no-such-file", `The SSH host has no file ${path}: ${error.message}`, {
      ...options,
      fix: "Compare the path of the Oracle directory with the SSH user's view: both must be the same folder.",
    });
  if (error.code === sftpStatus.permissionDenied)
    return new SeedbedError("source-permission-denied", `The SSH host refused ${path}: ${error.message}`, {
      ...options,
      fix: "Allow the SSH user to read, list and delete files in the folder of the Oracle directory, for example through its group.",
    });
  return new SeedbedError("source-sftp-failed", `SFTP failed for ${path}: ${error.message}`, {
    ...options,
    fix: "The message above comes from the SSH server. Check its log at this time.",
  });
}
