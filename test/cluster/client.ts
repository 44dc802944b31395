import type { ClusterObject, ObjectName } from "./cluster-object.ts";
import { Kinds } from "./kinds.ts";
import { Transport, type Access, type Answer } from "./transport.ts";

export interface WriteOptions {
  /** All of admission and validation, but nothing is kept. */
  dryRun?: boolean;
  fieldManager?: string;
  /** Of apply: takes fields over that another manager owns. */
  force?: boolean;
}

/** A small client of the API server: every write is strict, so an unknown or doubled field is refused. Answers are values, refusals as well. */
export class ClusterClient {
  readonly #transport: Transport;
  readonly #kinds: Kinds;

  constructor(access: Access) {
    this.#transport = new Transport(access);
    this.#kinds = new Kinds(this.#transport);
  }

  create(object: ClusterObject, options: WriteOptions = {}): Promise<Answer> {
    return this.#post(object, { body: JSON.stringify(object), type: "application/json" }, options);
  }

  /** Creates what a YAML text says, byte for byte: here a key that is given twice is seen. */
  createText(text: string, name: ObjectName, options: WriteOptions = {}): Promise<Answer> {
    return this.#post(name, { body: text, type: "application/yaml" }, options);
  }

  /** Server-side apply. */
  async apply(object: ClusterObject, options: WriteOptions = {}): Promise<Answer> {
    const query = { ...queryOf(options), force: String(options.force ?? false) };
    const type = "application/apply-patch+yaml";
    return this.#transport.ask({
      method: "PATCH",
      path: await this.#pathOf(object),
      query,
      body: JSON.stringify(object),
      type,
    });
  }

  async replace(object: ClusterObject, options: WriteOptions = {}): Promise<Answer> {
    const [path, query] = [await this.#pathOf(object), queryOf(options)];
    return this.#transport.ask({ method: "PUT", path, query, body: JSON.stringify(object), type: "application/json" });
  }

  /** A JSON merge patch; `subresource` is for instance `status`. */
  async patch(name: ObjectName, change: object, subresource = ""): Promise<Answer> {
    const path = `${await this.#pathOf(name)}${subresource && `/${subresource}`}`;
    const type = "application/merge-patch+json";
    return this.#transport.ask({ method: "PATCH", path, query: queryOf({}), body: JSON.stringify(change), type });
  }

  async get(name: ObjectName): Promise<Answer> {
    return this.#transport.ask({ method: "GET", path: await this.#pathOf(name) });
  }

  /** All objects of a kind, in one namespace or, without it, in all. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<ClusterObject[]> {
    const metadata = { name: "", ...(namespace !== undefined && { namespace }) };
    const { object, status, message } = await this.#transport.ask({
      method: "GET",
      path: await this.#kinds.folderOf({ apiVersion, kind, metadata }),
    });
    if (status !== 200) throw new Error(`${apiVersion} ${kind}: ${message}`);
    return (object as unknown as { items: ClusterObject[] }).items.map((item) => ({ ...item, apiVersion, kind }));
  }

  async delete(name: ObjectName): Promise<Answer> {
    return this.#transport.ask({ method: "DELETE", path: await this.#pathOf(name) });
  }

  /** Whether the server has a kind by now. */
  knows(apiVersion: string, kind: string): Promise<boolean> {
    return this.#kinds.knows({ apiVersion, kind });
  }

  /** Any other call, for instance `GET /readyz`. */
  raw(method: string, path: string, body?: object): Promise<Answer> {
    const given = body && { body: JSON.stringify(body), type: "application/json" };
    return this.#transport.ask({ method, path, ...given });
  }

  close(): void {
    this.#transport.close();
  }

  async #post(name: ObjectName, body: { body: string; type: string }, options: WriteOptions): Promise<Answer> {
    const path = await this.#kinds.folderOf(name);
    return this.#transport.ask({ method: "POST", path, query: queryOf(options), ...body });
  }

  async #pathOf(name: ObjectName): Promise<string> {
    return `${await this.#kinds.folderOf(name)}/${name.metadata.name}`;
  }
}

function queryOf({ dryRun = false, fieldManager = "seedbed" }: WriteOptions): Record<string, string> {
  return { fieldValidation: "Strict", fieldManager, ...(dryRun && { dryRun: "All" }) };
}
