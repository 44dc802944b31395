import type { BaseProfile } from "../settings/settings.ts";

/** User, group and volume group of every supported Oracle image. */
const oracleUser = 54321;

// Oracle Free's start script goes through `su` to root and back (oracle/docker-images#2395, oracle/docker-images#2948), which needs a
// set-uid program and the capabilities that su and its PAM stack use. All of them are within Pod Security `baseline`.
const throughSu = ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
const escalationOf: Record<BaseProfile, { allowPrivilegeEscalation: boolean; add: readonly string[] }> = {
  "free-26ai": { allowPrivilegeEscalation: true, add: throughSu },
  "gvenzl-free": { allowPrivilegeEscalation: false, add: [] },
  "ee-19c": { allowPrivilegeEscalation: false, add: [] },
};

/** Security context of the pod. It avoids a recursive chown of a large volume, which would take minutes at each start. */
export const podSecurity = {
  runAsNonRoot: true,
  runAsUser: oracleUser,
  runAsGroup: oracleUser,
  fsGroup: oracleUser,
  fsGroupChangePolicy: "OnRootMismatch",
  seccompProfile: { type: "RuntimeDefault" },
};

/** Security context of the container, by what its base image needs. The root file system is writable, because Oracle writes to its home. */
export function containerSecurity(profile: BaseProfile): object {
  const { allowPrivilegeEscalation, add } = escalationOf[profile];
  return {
    allowPrivilegeEscalation,
    privileged: false,
    readOnlyRootFilesystem: false,
    capabilities: { drop: ["ALL"], ...(add.length === 0 ? {} : { add: [...add] }) },
  };
}
