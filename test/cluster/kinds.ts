import type { ObjectName } from "./cluster-object.ts";
import type { Transport } from "./transport.ts";

interface Place {
  folder: string;
  plural: string;
  hasNamespace: boolean;
}

/** Where an API server keeps the objects of each kind: its aggregated discovery. */
export class Kinds {
  readonly #transport: Transport;
  #places = new Map<string, Place>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether the server has a kind by now. */
  async knows({ apiVersion, kind }: Pick<ObjectName, "apiVersion" | "kind">): Promise<boolean> {
    const key = `${apiVersion} ${kind}`;
    if (!this.#places.has(key)) await this.#discover();
    return this.#places.has(key);
  }

  /** The path of a kind's objects; an error for a kind that the server does not know. */
  async folderOf({ apiVersion, kind, metadata }: ObjectName): Promise<string> {
    if (!(await this.knows({ apiVersion, kind })))
      throw new Error(`The API server knows no kind ${kind} in ${apiVersion}.`);
    const { folder, plural, hasNamespace } = this.#places.get(`${apiVersion} ${kind}`)!;
    const inNamespace = hasNamespace && metadata.namespace !== undefined;
    return `${folder}/${inNamespace ? `namespaces/${metadata.namespace}/` : ""}${plural}`;
  }

  async #discover(): Promise<void> {
    for (const path of ["/api", "/apis"]) {
      const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
      const { object } = await this.#transport.ask({ method: "GET", path, accept });
      for (const [key, place] of placesOf(object as unknown as Discovery, path)) this.#places.set(key, place);
    }
  }
}

interface Discovery {
  items: {
    metadata: { name?: string };
    versions?: {
      version: string;
      resources?: { resource: string; scope: string; responseKind: { kind: string } }[];
    }[];
  }[];
}

function placesOf({ items }: Discovery, root: string): [key: string, place: Place][] {
  return items.flatMap(({ metadata: { name = "" }, versions = [] }) =>
    versions.flatMap(({ version, resources = [] }) => {
      const group = name ? `${name}/${version}` : version;
      return resources.map(({ resource, scope, responseKind: { kind } }): [string, Place] => [
        `${group} ${kind}`,
        { folder: `${root}/${group}`, plural: resource, hasNamespace: scope === "Namespaced" },
      ]);
    }),
  );
}
