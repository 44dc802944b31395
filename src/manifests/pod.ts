import { baseOf, profileOf } from "./base-of.ts";
import { renderConfigVolume } from "./config-map.ts";
import { insidePorts } from "./listener-ports.ts";
import type { ManifestInput } from "./manifest-input.ts";
import { objectNames } from "./names.ts";
import { containerSecurity, podSecurity } from "./pod-security.ts";
import { canonicalQuantity } from "../document/quantity.ts";
import { renderScheduling } from "./scheduling.ts";
import { mountedSecrets, renderSecretMounts, renderSecretVolumes } from "./secrets.ts";

/** The pod of a database. Any change in it restarts the database. */
export function renderPod(input: ManifestInput): object {
  return {
    serviceAccountName: objectNames.database,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // A shutdown of Oracle first writes its buffers to disk; a kill would require a crash recovery.
    terminationGracePeriodSeconds: 300,
    ...renderScheduling(input, platformOf(input)),
    securityContext: podSecurity,
    containers: [renderContainer(input)],
    volumes: [
      { name: objectNames.volume, persistentVolumeClaim: { claimName: objectNames.volume } },
      renderConfigVolume(objectNames.seedConfig, input.seedConfig),
      renderConfigVolume(objectNames.applyConfig, input.applyConfig, applySlots),
      // The default is 64 MB; its pages count against the container's memory.
      {
        name: "shm",
        emptyDir: { medium: "Memory", sizeLimit: canonicalQuantity(input.request.database.resources.memory) },
      },
      ...renderSecretVolumes(mountedSecrets(input)),
    ],
  };
}

/** Files that may be added to or removed from the applied configuration while the database is open; only an additional script restarts it. */
const applySlots = [
  "SHA256SUMS",
  "apply.env",
  "parameters.tsv",
  "schedule",
  "sql/10-check.sql",
  "sql/10-configure.sql",
  "users.tsv",
];

function renderContainer(input: ManifestInput): object {
  const { resources } = input.request.database;
  const asked = { cpu: canonicalQuantity(resources.cpu), memory: canonicalQuantity(resources.memory) };
  return {
    name: objectNames.database,
    image: imageOf(input),
    imagePullPolicy: "IfNotPresent",
    ports: insidePorts(input.request).map(({ name, port }) => ({ name, containerPort: port, protocol: "TCP" })),
    // The container layer contains traces and the alert log.
    resources: { requests: { ...asked, "ephemeral-storage": "2Gi" }, limits: { ...asked, "ephemeral-storage": "8Gi" } },
    securityContext: containerSecurity(profileOf(input)),
    // Six hours: the database is created and a large dump is verified before the probe succeeds. Often, because the pod is
    // ready only after the probe that follows the opening.
    startupProbe: probe("startup", { periodSeconds: 5, timeoutSeconds: 20, failureThreshold: 4320 }),
    readinessProbe: probe("ready", { periodSeconds: 15, timeoutSeconds: 20, failureThreshold: 3 }),
    livenessProbe: probe("live", { periodSeconds: 60, timeoutSeconds: 30, failureThreshold: 6 }),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    volumeMounts: [
      { name: objectNames.volume, mountPath: "/opt/oracle/oradata" },
      // Whole directories, because a subPath mount is never updated when the ConfigMap changes.
      { name: objectNames.seedConfig, mountPath: "/etc/seedbed/seed", readOnly: true },
      { name: objectNames.applyConfig, mountPath: "/etc/seedbed/apply", readOnly: true },
      { name: "shm", mountPath: "/dev/shm" },
      ...renderSecretMounts(mountedSecrets(input)),
    ],
  };
}

function probe(name: string, times: object): object {
  return { exec: { command: ["/bin/bash", "/opt/seedbed/lib/probe.sh", name] }, ...times };
}

/** The seed image by digest; before the first seed the base, which is not pulled while there are no replicas. */
function imageOf(input: ManifestInput): string {
  const { image } = input.lock;
  return image === undefined ? baseOf(input).image : `${image.repository}@${image.digest}`;
}

function platformOf(input: ManifestInput): string {
  return input.lock.image?.platform ?? baseOf(input).platform;
}
