/** How the kubelet probes a container; the times are seconds. */
export interface Probe {
  command: string[];
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}

/** The parts of a pod's securityContext that are carried out. */
export interface PodSecurity {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
}

/** The parts of a container that say how it runs. */
export interface Container {
  resources?: { limits?: { cpu?: string; memory?: string } };
  securityContext?: {
    privileged?: boolean;
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  startupProbe?: ProbeText;
  readinessProbe?: ProbeText;
  livenessProbe?: ProbeText;
}

type ProbeText = { exec?: { command: string[] } } & Partial<Omit<Probe, "command">>;

/** What is left out has the defaults of the API reference, "Probe". */
export function readProbes(container: Container): Record<"startup" | "readiness" | "liveness", Probe | null> {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  return { startup: probe(startupProbe), readiness: probe(readinessProbe), liveness: probe(livenessProbe) };
}

function probe(text: ProbeText | undefined): Probe | null {
  if (text === undefined) return null;
  const { exec, ...times } = text;
  if (!exec) throw new Error("probes that are not exec are not simulated");
  const defaults = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };
  return { ...defaults, ...times, command: exec.command };
}

/** Ids are those inside and outside alike: the pod shares the node's user namespace. */
export function readSecurity(pod: PodSecurity, container: Container) {
  const own = container.securityContext ?? {};
  if (own.privileged) throw new Error("privileged containers are not simulated");
  const { drop = [], add = [] } = own.capabilities ?? {};
  if (pod.runAsNonRoot && (pod.runAsUser ?? 0) === 0)
    throw new Error("CreateContainerConfigError: container's runAsUser breaks non-root policy");
  return {
    user: pod.runAsUser ?? 0,
    group: pod.runAsGroup ?? 0,
    volumeGroup: pod.fsGroup ?? null,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    readOnlyRoot: own.readOnlyRootFilesystem ?? false,
    /** null: those that the engine gives to every container. */
    capabilities: drop.includes("ALL") ? add : null,
  };
}

/** Bytes, and processors; null is no limit. */
export function readLimits(container: Container): { memory: number | null; cpu: number | null } {
  const { memory, cpu } = container.resources?.limits ?? {};
  if (cpu === undefined) return { memory: bytesOf(memory), cpu: null };
  return { memory: bytesOf(memory), cpu: cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu) };
}

const UNITS: Record<string, number> = { "": 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 };

/** A quantity as a number of bytes. */
export function bytesOf(quantity: string | undefined): number | null {
  if (quantity === undefined) return null;
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = UNITS[unit];
  if (count === undefined || factor === undefined) throw new Error(`${quantity} is no quantity that is known here`);
  return Number(count) * factor;
}
