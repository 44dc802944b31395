import type { Socket } from "node:net";
import type { ParsedKey } from "ssh2";
import type { KeyPair } from "./keys.ts";
import type { Folders } from "./served-folders.ts";

/** What the pretended host is. */
export interface SshHostWorld {
  /** What SFTP shows: virtual folder to real folder. */
  folders: Folders;
  user: string;
  /** authorized_keys, one public line each. */
  authorizedKeys: string[];
  hostKey?: KeyPair;
  /** `host:port` as the pretended host sees it, to a real loopback port. Everything else is refused. */
  forwardTargets?: Record<string, number>;
  faults?: Partial<SshFaults>;
}

/** What goes wrong; may be changed while the host runs. */
export interface SshFaults {
  /** Each number cuts one connection once that many file bytes have left over it. */
  cutAfterBytes: number[];
  /** Each number silences one connection for good once that many file bytes have left over it. */
  stallAfterBytes: number[];
  /** Most bytes that one read gets, without a word about it. */
  readLimit: number;
  /** Sessions per connection; OpenSSH's MaxSessions is 10. */
  sessions: number;
  /** Another key than the one that `hostKey` names is shown. */
  wrongHostKey: boolean;
  noStatvfs: boolean;
  noSftp: boolean;
  /** So many next connections are closed before the handshake, as by MaxStartups of OpenSSH (sshd_config(5)). */
  closedEarly: number;
  /** Every SSH_FXP_CLOSE is answered with a failure: OpenSSH hands on what close(2) said (sftp-server.c, process_close). */
  closeFails: boolean;
}

export interface SshCounters {
  /** Logins that succeeded. */
  connections: number;
  /** Everything that was refused: logins, ways, sessions, changes. */
  refused: number;
  /** File bytes that left over SFTP. */
  bytes_read: number;
}

/** What a connection shares with its host. */
export interface HostState {
  world: SshHostWorld;
  /** The authorised keys, read. */
  authorized: ParsedKey[];
  faults: SshFaults;
  counters: SshCounters;
  refuse(what: string): void;
}

/** One TCP connection of a client, with what has happened on it. */
export interface Line {
  socket: Socket;
  /** File bytes that left over it. */
  served: number;
  silent: boolean;
  sessions: number;
}

/** What an SFTP session asks of the world around it. */
export interface SftpSurroundings {
  folders: Folders;
  /** Bytes that one read may get. */
  readLimit(): number;
  statvfs(): boolean;
  closeFails(): boolean;
  /** Before file bytes leave: counts them, cuts or stalls. Resolves to whether they may go. */
  mayServe(bytes: number): Promise<boolean>;
  refuse(what: string): void;
}
