/** How a base image behaves. */
export interface Profile {
  /** The Oracle release that a dump must fit. */
  release: number;
  /** Oracle Database Free: two cores and 2 GB of memory, fixed at the instance. */
  free: boolean;
  /** The pluggable database that it creates. */
  pluggableDatabase: string;
  /** Its start script goes through `su` to root and back (oracle/docker-images issue 2395, 2948). */
  startsThroughSu: boolean;
}

export type BaseProfile = "free-26ai" | "gvenzl-free" | "ee-19c";

/** Every base image that is known; the schema of the settings has the same names. */
export const PROFILES: Record<BaseProfile, Profile> = {
  "free-26ai": { release: 23, free: true, pluggableDatabase: "FREEPDB1", startsThroughSu: true },
  "gvenzl-free": { release: 23, free: true, pluggableDatabase: "FREEPDB1", startsThroughSu: false },
  "ee-19c": { release: 19, free: false, pluggableDatabase: "ORCLPDB1", startsThroughSu: false },
};

/** Their names. */
export const PROFILE_NAMES = Object.keys(PROFILES) as BaseProfile[];
