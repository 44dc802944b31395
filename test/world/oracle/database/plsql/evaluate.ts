import { OraError } from "../../engine.ts";
import { BUILT_IN } from "./built-in.ts";
import type { Arguments, Packages, PlsqlValue, Scalar, Subprogram } from "./packages.ts";
import type { Block, Expression, PathPart } from "./syntax.ts";

/** Variables of one block at run time, and the way to those around it. */
export interface Frame {
  variables: Map<string, { value: PlsqlValue; size: number | null }>;
  procedures: Map<string, Block["procedures"][number]>;
  parent: Frame | null;
  binds: ReadonlyMap<string, Scalar>;
  outs: Record<string, Scalar>;
  packages: Packages;
  /** The error that is being handled. */
  error: OraError | null;
  call(name: string, values: readonly PlsqlValue[], frame: Frame): Promise<void>;
}

export async function evaluate(expression: Expression, frame: Frame): Promise<PlsqlValue> {
  if (expression.kind === "literal") return expression.value === "" ? null : expression.value;
  if (expression.kind === "bind") return frame.binds.get(expression.name) ?? null;
  if (expression.kind === "is-null")
    return ((await evaluate(expression.operand, frame)) === null) !== expression.negated;
  if (expression.kind === "path") return await evaluatePath(expression.parts, frame);
  const left = await evaluate(expression.left, frame);
  const right = await evaluate(expression.right, frame);
  return combine(expression.operator, left as Scalar, right as Scalar);
}

function combine(operator: string, left: Scalar, right: Scalar): PlsqlValue {
  if (operator === "||") return `${left ?? ""}${right ?? ""}` || null;
  if (left === null || right === null) return null;
  if (operator === "+") return Number(left) + Number(right);
  if (operator === "-") return Number(left) - Number(right);
  if (operator === "=") return left === right;
  if (operator === "<>" || operator === "!=") return left !== right;
  if (operator === "<") return left < right;
  if (operator === ">") return left > right;
  return operator === "<=" ? left <= right : left >= right;
}

async function evaluatePath(parts: readonly PathPart[], frame: Frame): Promise<PlsqlValue> {
  const first = parts[0]!;
  const slot = find(frame, first.name);
  if (slot !== null) return await navigate(slot.value, parts, frame);
  const name = parts.map((part) => part.name).join(".");
  const args = parts.at(-1)!.args ?? [];
  const values: PlsqlValue[] = [];
  const isProcedure = frame.procedures.has(name);
  const subprogram = frame.packages.subprograms.get(name);
  if (subprogram !== undefined) return await invoke(subprogram, args, frame);
  for (const argument of args) values.push(await evaluate(argument.value, frame));
  if (isProcedure) return (await frame.call(name, values, frame), null);
  if (name === "USER") return frame.packages.user;
  if (name === "RAISE_APPLICATION_ERROR") throw applicationError(values as Scalar[]);
  return BUILT_IN.get(name)!(values as Scalar[], frame.error?.message ?? "");
}

/** Fields, elements and COUNT of a variable. */
async function navigate(start: PlsqlValue, parts: readonly PathPart[], frame: Frame): Promise<PlsqlValue> {
  let value = start;
  for (const [index, part] of parts.entries()) {
    if (index > 0) value = field(value, part.name);
    if (part.args === null) continue;
    const at = Number(await evaluate(part.args[0]!.value, frame));
    if (!Array.isArray(value) || value[at - 1] === undefined)
      throw new OraError(6533, ["ORA-06533: Subscript beyond count"]);
    value = value[at - 1]!;
  }
  return value;
}

function field(value: PlsqlValue, name: string): PlsqlValue {
  if (Array.isArray(value) && name === "COUNT") return value.length;
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new OraError(6530, ["ORA-06530: Reference to uninitialized composite"]);
  if (!(name in value))
    throw new OraError(6550, ["ORA-06550: line 1, column 1:", `PLS-00302: component '${name}' must be declared`]);
  return value[name]!;
}

async function invoke(subprogram: Subprogram, args: NonNullable<PathPart["args"]>, frame: Frame): Promise<PlsqlValue> {
  const given = new Map<string, { value: Scalar; variable: string | null }>();
  for (const [index, argument] of args.entries()) {
    const name = argument.name ?? subprogram.parameters[index]!.replace(/\?$/, "");
    const path = argument.value.kind === "path" ? argument.value.parts : [];
    const variable = path.length === 1 && path[0]!.args === null ? path[0]!.name : null;
    given.set(name, { value: (await evaluate(argument.value, frame)) as Scalar, variable });
  }
  const out: Arguments["out"] = (name, value) => {
    const variable = given.get(name)?.variable;
    if (variable === null || variable === undefined)
      throw new OraError(6550, [
        "ORA-06550: line 1, column 1:",
        `PLS-00363: expression cannot be used as an assignment target`,
      ]);
    store(frame, variable, value);
  };
  const value: Arguments["value"] = (name) => given.get(name)?.value ?? null;
  return await subprogram.run({ value, has: (name) => given.has(name), out });
}

/** Sets a variable where it was declared; a text that does not fit is ORA-06502. */
export function store(frame: Frame, name: string, value: PlsqlValue): void {
  for (let at: Frame | null = frame; at !== null; at = at.parent) {
    const slot = at.variables.get(name);
    if (slot === undefined) continue;
    if (slot.size !== null && typeof value === "string" && Buffer.byteLength(value) > slot.size)
      throw new OraError(6502, ["ORA-06502: PL/SQL: numeric or value error: character string buffer too small"]);
    slot.value = value;
    return;
  }
}

function find(frame: Frame, name: string) {
  for (let at: Frame | null = frame; at !== null; at = at.parent) {
    const slot = at.variables.get(name);
    if (slot !== undefined) return slot;
  }
  return null;
}

function applicationError([code, text]: readonly Scalar[]): OraError {
  const number = Math.abs(Number(code));
  if (number < 20000 || number > 20999)
    return new OraError(21000, [
      `ORA-21000: error number argument to raise_application_error of ${String(code)} is out of range`,
    ]);
  return new OraError(number, [`ORA-${number}: ${String(text ?? "").slice(0, 2048)}`, "ORA-06512: at line 1"]);
}
