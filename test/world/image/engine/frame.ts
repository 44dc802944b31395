import type { Declaration, Parameter, Query, Value } from "./ast.ts";
import type { Host, Scope } from "./host.ts";
import { runQuery } from "./run-query.ts";

export type Variable = { value: Value } | { record: Record<string, Value> };

/** The names of one running block; the names of the blocks around it are reached through `outer`. */
export interface Frame {
  host: Host;
  outer: Frame | null;
  variables: Map<string, Variable>;
  cursors: Map<string, { parameters: string[]; query: Query }>;
  routines: Map<string, Declaration & { kind: "routine" }>;
  exceptions: Map<string, number | null>;
  binds: Value[];
  rowcount: { of: number | null };
  /** Runs a declared function to its end for an expression. */
  callLocal: (name: string, args: Value[], frame: Frame) => Value | undefined;
}

/** A frame inside another, or a session's first. */
export function openFrame(outer: Frame | Pick<Frame, "host" | "callLocal">): Frame {
  const parent = "variables" in outer ? outer : null;
  return {
    host: outer.host,
    outer: parent,
    variables: new Map(),
    cursors: new Map(),
    routines: new Map(),
    exceptions: new Map(),
    binds: parent?.binds ?? [],
    rowcount: parent?.rowcount ?? { of: null },
    callLocal: outer.callLocal,
  };
}

/** Looks outwards for the first frame that knows a name. */
export function findIn<T>(frame: Frame, pick: (frame: Frame) => T | undefined): T | undefined {
  for (let at: Frame | null = frame; at !== null; at = at.outer) {
    const found = pick(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The frame as expressions see it. */
export function scopeOf(frame: Frame): Scope {
  return {
    host: frame.host,
    group: null,
    probing: false,
    lookup: (path) => {
      const variable = findIn(frame, (at) => at.variables.get(path[0]!));
      if (variable === undefined) return undefined;
      if ("record" in variable) return path.length > 1 ? variable.record[path[1]!] : undefined;
      return path.length === 1 ? variable.value : undefined;
    },
    bind: (name) => frame.binds[/^\d+$/.test(name) ? Number(name) - 1 : frame.binds.length === 1 ? 0 : -1],
    attribute: (of, name) => {
      if (of !== "SQL") return undefined;
      const count = frame.rowcount.of;
      return name === "ROWCOUNT"
        ? count
        : name === "FOUND"
          ? (count ?? 0) > 0
          : name === "NOTFOUND"
            ? (count ?? 0) === 0
            : undefined;
    },
    local: (name, args) => frame.callLocal(name, args, frame),
    query: (query, scope) => runQuery(query, scope).rows,
  };
}

/** Arguments by position or name as values for a routine's parameters. */
export function bindParameters(frame: Frame, parameters: Parameter[], values: (Value | undefined)[]): void {
  parameters.forEach((parameter, at) => frame.variables.set(parameter.name, { value: values[at] ?? null }));
}
