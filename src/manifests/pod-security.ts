import { type BaseProfile, PROFILES } from "../profiles/profiles.ts";

/** User, group and volume group of every supported Oracle image. */
const oracleUser = 54321;

// Oracle Free's start script goes through `su` to root and back (oracle/docker-images#2395, oracle/docker-images#2948), which needs a
// set-uid program and the capabilities that su and its PAM stack use. All of them are within Pod Security `baseline`.
const throughSu = ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

/** Security context of the pod. It avoids a recursive chown of a large volume, which would take minutes at each start. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: oracleUser,
  runAsGroup: oracleUser,
  fsGroup: oracleUser,
  fsGroupChangePolicy: "OnRootMismatch",
  seccompProfile: { type: "RuntimeDefault" },
};

/**
 * The level of Pod Security that a pod of this profile passes: Oracle's own Free image needs more than `restricted` allows
 * (oracle/docker-images#2948). Hardened clusters enforce `restricted` where a namespace does not say anything else.
 */
export function podSecurityLevel(profile: BaseProfile): "baseline" | "restricted" {
  return PROFILES[profile].startsThroughSu ? "baseline" : "restricted";
}

/** Security context of the container, by what its base image needs. The root file system is writable, because Oracle writes to its home. */
export function containerSecurity(profile: BaseProfile): object {
  const { startsThroughSu } = PROFILES[profile];
  return {
    allowPrivilegeEscalation: startsThroughSu,
    privileged: false,
    readOnlyRootFilesystem: false,
    capabilities: { drop: ["ALL"], ...(startsThroughSu ? { add: [...throughSu] } : {}) },
  };
}
