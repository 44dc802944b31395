import { BUILT_IN } from "./built-in.ts";
import type { Packages } from "./packages.ts";
import type { Argument, Block, Expression, Instruction, PathPart } from "./syntax.ts";
import { compileError } from "./tokens.ts";

/** Throws PLS-00201 or PLS-00306 where a server's compiler would, whether or not the line is ever reached. */
export function checkNames(block: Block, packages: Packages, outer: readonly string[] = []): void {
  const known = [...outer];
  for (const variable of block.variables) {
    if (variable.initial !== null) checkExpression(variable.initial, { known, packages });
    known.push(variable.name);
  }
  for (const procedure of block.procedures) known.push(procedure.name);
  for (const procedure of block.procedures) checkNames(procedure.block, packages, [...known, ...procedure.parameters]);
  for (const handler of block.handlers) {
    if (handler.exception !== "OTHERS" && !packages.exceptions.has(handler.exception))
      throw undeclared(handler.exception);
  }
  const bodies = [block.body, ...block.handlers.map((handler) => handler.body)];
  for (const instruction of bodies.flat()) checkInstruction(instruction, { known, packages });
}

interface Names {
  known: readonly string[];
  packages: Packages;
}

function checkInstruction(instruction: Instruction, names: Names): void {
  const each = (list: readonly Instruction[], inner = names) => list.forEach((one) => checkInstruction(one, inner));
  if (instruction.kind === "assign") {
    const { bind, name } = instruction.target;
    if (!bind && !names.known.includes(name)) throw undeclared(name);
    checkExpression(instruction.value, names);
  } else if (instruction.kind === "call") checkPath(instruction.path, names);
  else if (instruction.kind === "if") {
    for (const branch of instruction.branches) {
      checkExpression(branch.test, names);
      each(branch.body);
    }
    each(instruction.otherwise);
  } else if (instruction.kind === "loop") {
    checkExpression(instruction.from, names);
    checkExpression(instruction.to, names);
    each(instruction.body, { ...names, known: [...names.known, instruction.variable] });
  } else if (instruction.kind === "block") checkNames(instruction.block, names.packages, names.known);
  else if (instruction.kind === "execute") checkExpression(instruction.sql, names);
}

function checkExpression(expression: Expression, names: Names): void {
  if (expression.kind === "path") checkPath(expression.parts, names);
  else if (expression.kind === "binary") {
    checkExpression(expression.left, names);
    checkExpression(expression.right, names);
  } else if (expression.kind === "is-null") checkExpression(expression.operand, names);
}

function checkPath(parts: readonly PathPart[], names: Names): void {
  for (const part of parts) for (const argument of part.args ?? []) checkExpression(argument.value, names);
  if (names.known.includes(parts[0]!.name)) return;
  const name = parts.map((part) => part.name).join(".");
  if (BUILT_IN.has(name) || name === "USER" || name === "RAISE_APPLICATION_ERROR") return;
  const subprogram = names.packages.subprograms.get(name);
  if (subprogram === undefined) throw undeclared(name);
  checkArguments(name, parts.at(-1)!.args ?? [], subprogram.parameters);
}

function checkArguments(name: string, args: readonly Argument[], parameters: readonly string[]): void {
  const given = args.map((argument, index) => argument.name ?? bare(parameters[index] ?? "?"));
  const known = parameters.map(bare);
  const required = parameters.filter((parameter) => !parameter.endsWith("?"));
  const wrong =
    given.some((one) => !known.includes(one)) ||
    required.some((one) => !given.includes(one)) ||
    new Set(given).size < given.length;
  if (wrong) throw compileError(`PLS-00306: wrong number or types of arguments in call to '${name.split(".").at(-1)}'`);
}

function bare(parameter: string): string {
  return parameter.replace(/\?$/, "");
}

function undeclared(name: string) {
  return compileError(`PLS-00201: identifier '${name}' must be declared`);
}
