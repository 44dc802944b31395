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
  /**
   * It has orapki, a Java program, without which no wallet can be made that a listener takes. gvenzl's build removes the JDK and its
   * libraries (gvenzl/oci-oracle-free, ImageDetails.md).
   */
  hasOrapki: boolean;
}

export type BaseProfile = "free-26ai" | "gvenzl-free" | "ee-19c";

/** Every base image that is known; the schema of the settings has the same names. */
export const PROFILES: Record<BaseProfile, Profile> = {
  "free-26ai": { release: 23, free: true, pluggableDatabase: "FREEPDB1", startsThroughSu: true, hasOrapki: true },
  "gvenzl-free": { release: 23, free: true, pluggableDatabase: "FREEPDB1", startsThroughSu: false, hasOrapki: false },
  "ee-19c": { release: 19, free: false, pluggableDatabase: "ORCLPDB1", startsThroughSu: false, hasOrapki: true },
};

/** Their names. */
export const PROFILE_NAMES = Object.keys(PROFILES) as BaseProfile[];
