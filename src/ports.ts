import type { Digest } from "./digests/digest.ts";

/** The effects that stages may have. Adapters implement them; tests pass fakes. */

/** One of Seedbed's statements: its text has its tag as a comment, its binds are declared. */
export interface Statement<Binds extends string = string, Outs extends string = string> {
  /** For example `seedbed:open-job`; the SQL has the same text as a comment. */
  tag: string;
  kind: "query" | "block";
  sql: string;
  binds: Record<Binds, "text" | "number">;
  /** OUT binds of a block. `maxBytes` limits a string. */
  outs: Record<Outs, { type: "text"; maxBytes: number } | { type: "number" }>;
}

export type Cell = string | number | Date | null;

/** A session on the source database. The adapter limits the duration of every call. */
export interface SourceDatabase {
  /** Rows as objects, column names in upper case. Throws `DatabaseError`. */
  query(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>[]>;
  /** OUT binds by name. Throws `DatabaseError`. */
  block(statement: Statement, binds: Record<string, Cell>): Promise<Record<string, Cell>>;
  close(): Promise<void>;
}

export interface FileFacts {
  bytes: number;
  /** Seconds since the epoch, the host's clock. */
  modified: number;
}

/** The SSH host in front of a source: its files, and a tunnel to its listener. */
export interface SourceHost {
  /** Opens a local loopback port that is forwarded to `host:port` as seen by the SSH host. */
  forward(host: string, port: number): Promise<Tunnel>;
  facts(path: string): Promise<FileFacts | null>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  /** Free bytes of the file system that holds the folder, null when the server does not report it. */
  freeBytes(folder: string): Promise<number | null>;
  /** The file's bytes in order; short reads and lost connections are handled internally. */
  read(path: string, options: ReadOptions): AsyncIterable<Buffer>;
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface ReadOptions {
  /** Size and time of the file when it was checked; any other value is an error. */
  expected: FileFacts;
  signal: AbortSignal;
}

export interface Tunnel {
  host: string;
  port: number;
  /** Destroys every socket at once: the only way out of a call to a silent server. */
  destroy(): void;
}

export interface StoredManifest {
  digest: Digest;
  mediaType: string;
  bytes: Buffer;
}

/** `reference` is the tag or the digest that it is to have. */
export interface NewManifest extends Omit<StoredManifest, "digest"> {
  reference: string;
}

export interface BlobDescriptor {
  digest: Digest;
  size: number;
}

/** A blob in another repository of the same registry. */
export interface MountedBlob extends BlobDescriptor {
  from: string;
}

/** One OCI registry host, logged in. Repositories are paths on it, without the host. A signal ends every call at once. */
export interface Registry {
  readonly host: string;
  /** Proves before any work that this login may pull or push here; leaves nothing behind. */
  check(repository: string, access: "pull" | "push", signal: AbortSignal): Promise<void>;
  /** null when there is none. */
  manifest(repository: string, reference: string, signal: AbortSignal): Promise<StoredManifest | null>;
  blob(repository: string, blob: BlobDescriptor, signal: AbortSignal): AsyncIterable<Buffer>;
  hasBlob(repository: string, blob: BlobDescriptor, signal: AbortSignal): Promise<boolean>;
  /** True when the registry mounted the blob from another of its repositories. */
  mount(repository: string, blob: MountedBlob, signal: AbortSignal): Promise<boolean>;
  /**
   * Uploads bytes and confirms the digest with the registry before it returns. `open` is called again for every
   * attempt; its errors are passed on unchanged, without another attempt.
   */
  upload(repository: string, open: () => AsyncIterable<Buffer>, signal: AbortSignal): Promise<BlobDescriptor>;
  putManifest(repository: string, manifest: NewManifest, signal: AbortSignal): Promise<Digest>;
  close(): Promise<void>;
}

/** A folder on disk that takes a dump set. */
export interface DumpFolder {
  path: string;
  /** Writes a file under a temporary name and renames it once it is complete. */
  write(name: string, bytes: AsyncIterable<Buffer>): Promise<void>;
}

/** The log of a run, for people. */
export interface Log {
  /** Runs work in a foldable group that shows its duration. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  info(text: string): void;
  warn(text: string): void;
  /** Replaces the last progress of the same subject. */
  progress(subject: string, progress: Progress): void;
}

export interface Progress {
  done: number;
  /** null while unknown. */
  total: number | null;
  unit: "bytes" | "percent" | "files" | "rows";
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The files of one commit or work tree, read-only. */
export interface Tree {
  /** null when there is no regular file. Throws `UnreadableFile` for a link, a submodule, or bytes that are not UTF-8. */
  read(path: string): Promise<string | null>;
  /** Every path below a folder that is none itself, sorted bytewise; links and submodules are among them. */
  list(folder: string): Promise<string[]>;
}

/** Other programs of this machine. */
export interface Process {
  /**
   * Runs a program of the PATH to its end, or until its time is up; then nothing of it runs any more, also where it ignores
   * signals or has children. What it prints is shown nowhere. A signal ends it at once and rejects with the signal's reason.
   */
  run(call: ProgramCall): Promise<ProgramEnd>;
}

export interface ProgramCall {
  /** A name, no path. */
  program: string;
  arguments: string[];
  /** Its whole standard input. */
  input: string;
  limitMilliseconds: number;
  signal: AbortSignal;
}

/** How a program ended: by itself, by its time limit, for printing too much, or before it began. */
export type ProgramEnd =
  /** `code` is null where a signal ended it. */
  | { kind: "ended"; code: number | null; stdout: string; stderr: string }
  | { kind: "late" }
  | { kind: "flooded" }
  | { kind: "missing" }
  | { kind: "unstartable"; why: string };
