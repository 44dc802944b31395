import type { Cluster, LiveObject, Reading } from "../../src/ports/cluster.ts";

/** A cluster of objects that are kept in memory, for reading; it counts its calls. */
export class KeptCluster {
  readonly calls: string[] = [];
  /** Namespaces that may be listed; null for all of them, together as well. */
  allowed: readonly string[] | null = null;
  /** What a command in a container gives. */
  volume: Reading<string> = { state: "absent" };
  readonly #objects: readonly LiveObject[];

  constructor(objects: readonly LiveObject[]) {
    this.#objects = objects;
  }

  /** The port, of which only reading may be used. */
  get port(): Cluster {
    const unused = (name: string) => () => {
      throw new Error(`${name} was not to be used`);
    };
    return {
      context: "kept",
      server: "kept.example:6443",
      findKind: unused("findKind"),
      list: async ({ kind }, { namespace, labels }) => {
        this.calls.push(`list ${kind}`);
        if (this.allowed !== null && (namespace === undefined || !this.allowed.includes(namespace)))
          return { state: "denied", why: `cannot list ${kind}` };
        const [key = "", value] = labels?.split("=") ?? [];
        const fits = ({ metadata }: LiveObject) =>
          (namespace === undefined || metadata.namespace === namespace) &&
          (labels === undefined || metadata.labels?.[key] === value);
        return { state: "read", value: this.#objects.filter((one) => one.kind === kind && fits(one)) };
      },
      get: async ({ kind }, { namespace, name }) => {
        this.calls.push(`get ${kind}`);
        const found = this.#objects.find(
          ({ kind: one, metadata }) => one === kind && metadata.name === name && metadata.namespace === namespace,
        );
        return found === undefined ? { state: "absent" } : { state: "read", value: found };
      },
      apply: unused("apply"),
      delete: unused("delete"),
      log: async () => {
        this.calls.push("log");
        return { state: "absent" };
      },
      run: async () => {
        this.calls.push("run");
        return this.volume;
      },
      forward: unused("forward"),
      close: async () => undefined,
    };
  }
}
