import type { Seed } from "../lock/lock.ts";
import { baseOf } from "../manifests/base-of.ts";
import { diffValues } from "../manifests/diff-values.ts";
import { digestOfReference } from "./digest-of-reference.ts";
import type { WantedState } from "./plan-state.ts";
import type { Change } from "./plan.ts";
import type { Work } from "../digests/work.ts";

/** The changes of data and image, field by field against the lock, and the work that they cause. */
export function listSeedChanges(state: WantedState, work: Work): Change[] {
  const { lock, seed } = state;
  if (work !== "export" && work !== "image") return [];
  if (lock.seed === undefined)
    return [...listScope(seed), { kind: "import", object: "database", field: "data", from: null, to: seed.source }];
  const changes = [
    ...differences("export", exportPart(lock.seed), exportPart(seed)),
    ...differences("import", importPart(lock.seed), importPart(seed)),
    ...listImageChanges(state),
  ];
  const replaces = changes.some((change) => change.kind !== "image");
  const data: Change = {
    kind: "import",
    object: "database",
    field: "data",
    from: `generation ${lock.generation}`,
    to: `generation ${lock.generation + 1} or later`,
  };
  const restart: Change = {
    kind: "restart",
    object: "StatefulSet/oracle",
    field: "image",
    from: lock.image?.digest ?? null,
    to: "the new image",
  };
  return [...changes, ...(replaces ? [data] : []), restart];
}

/** What a first export reads: a schema, a table, or some rows of one. */
function listScope({ source, scope }: Seed): Change[] {
  const take = (object: string, field: string, to: string): Change => ({
    kind: "export",
    object,
    field,
    from: null,
    to,
  });
  if (scope.length === 0) return [take(source, "schemas", "all that Oracle does not maintain")];
  return scope.flatMap(({ name, tables }) => {
    if (tables === undefined) return [take(name, "tables", "all")];
    return tables.map(({ name: table, where }) =>
      where === undefined ? take(`${name}.${table}`, "rows", "all") : take(`${name}.${table}`, "where", where),
    );
  });
}

/** What `seed_inputs` covers. */
function exportPart({ source, scope, export: options, target }: Seed): object {
  return { source, schemas: scope, export: options, profile: target.profile };
}

/** What `import_inputs` covers. */
function importPart({ import: inputs, target }: Seed): object {
  return { ...inputs, charset: target.charset };
}

function differences(kind: "export" | "import", from: object, to: object): Change[] {
  const object = kind === "export" ? "source_database" : "import";
  return diffValues(from, to).map((change) => ({
    kind,
    object,
    field: change.field,
    from: change.from ?? null,
    to: change.to ?? null,
  }));
}

function listImageChanges(state: WantedState): Change[] {
  const { image } = state.lock;
  if (image === undefined) return [];
  const base = baseOf(state);
  const wanted = { base: digestOfReference(base.image), platform: base.platform };
  return diffValues({ base: image.base, platform: image.platform }, wanted).map((change) => ({
    kind: "image",
    object: "seed image",
    ...change,
  }));
}
