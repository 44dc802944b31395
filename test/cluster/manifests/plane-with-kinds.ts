import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse, parseAllDocuments } from "yaml";
import type { ClusterClient } from "../client.ts";
import type { ClusterObject } from "../cluster-object.ts";
import { startControlPlane, type ControlPlane } from "../control-plane.ts";

const KINDS = ["external-secret-kind.yaml", "certificate-kind.yaml"].map(
  (file) => parse(readFileSync(join(import.meta.dirname, file), "utf8")) as ClusterObject,
);

/** A control plane that knows the kinds of others which Seedbed renders. */
export async function startPlaneWithKinds(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  for (const kind of KINDS) await addKind(plane.client, kind);
  return plane;
}

/** Adds every kind of a file with CustomResourceDefinitions. */
export async function addKindsOf(file: string, client: ClusterClient): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"))) {
    const kind = document.toJS() as ClusterObject | null;
    if (kind) await addKind(client, kind);
  }
}

/** Adds a kind and waits until it is served. */
async function addKind(client: ClusterClient, definition: ClusterObject): Promise<void> {
  const { status, message } = await client.apply(definition);
  if (status >= 300) throw new Error(`${definition.metadata.name}: ${message}`);
  const { group, names, versions } = definition["spec"] as Definition;
  const version = `${group}/${versions.find(({ served }) => served)!.name}`;
  while (!(await client.knows(version, names.kind))) await wait(50);
}

interface Definition {
  group: string;
  names: { kind: string };
  versions: { name: string; served: boolean }[];
}
