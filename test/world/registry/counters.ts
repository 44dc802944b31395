/** What the registry received and stored, by its own count. */
export interface RegistryCounters {
  blobs_put: number;
  blobs_mounted: number;
  /** Bytes of uploads that arrived, of broken ones too. */
  bytes_in: number;
  /** `repository@digest` of every manifest that was stored, in order, each once. */
  manifests: string[];
  /** Answers 401 and 403 to requests that carried a login or a token. */
  refused: number;
  sessions: { started: number; cancelled: number; lost: number };
  /** PATCH requests that came with and without Content-Range. */
  patches: { streamed: number; pieces: number };
}

/** All at zero. */
export function newCounters(): RegistryCounters {
  return {
    blobs_put: 0,
    blobs_mounted: 0,
    bytes_in: 0,
    manifests: [],
    refused: 0,
    sessions: { started: 0, cancelled: 0, lost: 0 },
    patches: { streamed: 0, pieces: 0 },
  };
}
