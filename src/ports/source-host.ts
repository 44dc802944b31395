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
  /** Never rejects: it must not decide over what was done before. */
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
