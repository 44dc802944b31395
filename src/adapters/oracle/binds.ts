import oracledb from "oracledb";
import type { Cell, Statement } from "../../ports/source-database.ts";

/** The binds of a call as the statement declares them. Throws TypeError for a missing or unknown bind or a wrong type. */
export function bindValues(statement: Statement, values: Record<string, Cell>): oracledb.BindParameters {
  const binds: Record<string, oracledb.BindParameter> = {};
  for (const [name, type] of Object.entries(statement.binds)) {
    const value = values[name];
    if (value === undefined) throw new TypeError(`${statement.tag} needs the bind ${name}.`);
    const fits = value === null || typeof value === (type === "text" ? "string" : "number");
    if (!fits) throw new TypeError(`${statement.tag}: the bind ${name} is not a ${type}.`);
    binds[name] = { dir: oracledb.BIND_IN, type: TYPES[type], val: value };
  }
  const unknown = Object.keys(values).find((name) => !(name in statement.binds));
  if (unknown !== undefined) throw new TypeError(`${statement.tag} has no bind ${unknown}.`);
  for (const [name, out] of Object.entries(statement.outs)) {
    const size = out.type === "text" ? { maxSize: out.maxBytes } : {};
    binds[name] = { dir: oracledb.BIND_OUT, type: TYPES[out.type], ...size };
  }
  return binds;
}

const TYPES = { text: oracledb.STRING, number: oracledb.NUMBER };

/** OUT binds by upper-case name. */
export function outValues(statement: Statement, outs: Record<string, unknown> | undefined): Record<string, Cell> {
  const values: Record<string, Cell> = {};
  for (const name of Object.keys(statement.outs)) values[name.toUpperCase()] = (outs?.[name] ?? null) as Cell;
  return values;
}
