import { OraError } from "../../engine.ts";
import { checkNames } from "./check-names.ts";
import { evaluate, type Frame, store } from "./evaluate.ts";
import { handles, type Packages, type PlsqlValue, type Scalar } from "./packages.ts";
import { parseBlock } from "./parse-block.ts";
import type { Block, Instruction } from "./syntax.ts";

/** Compiles and runs an anonymous block; returns what it assigned to binds. */
export async function runBlock(
  source: string,
  binds: ReadonlyMap<string, Scalar>,
  packages: Packages,
): Promise<Record<string, Scalar>> {
  const block = parseBlock(source);
  checkNames(block, packages);
  const outs: Record<string, Scalar> = {};
  const frame: Frame = {
    variables: new Map(),
    procedures: new Map(),
    parent: null,
    binds,
    outs,
    packages,
    error: null,
    call,
  };
  await runIn(block, frame);
  return outs;
}

async function runIn(block: Block, frame: Frame): Promise<void> {
  for (const variable of block.variables) {
    const slot = { value: null as PlsqlValue, size: variable.size };
    frame.variables.set(variable.name, slot);
    if (variable.initial !== null) slot.value = await evaluate(variable.initial, frame);
  }
  for (const procedure of block.procedures) frame.procedures.set(procedure.name, procedure);
  try {
    await runAll(block.body, frame);
  } catch (error) {
    const handler =
      error instanceof OraError
        ? block.handlers.find((one) => handles(frame.packages, one.exception, error))
        : undefined;
    if (handler === undefined) throw error;
    await runAll(handler.body, { ...frame, error: error as OraError });
  }
}

/** A procedure of the block itself; it sees the variables around it. */
async function call(name: string, values: readonly PlsqlValue[], frame: Frame): Promise<void> {
  const procedure = frame.procedures.get(name)!;
  const inner = nested(frame);
  procedure.parameters.forEach((parameter, index) =>
    inner.variables.set(parameter, { value: values[index] ?? null, size: null }),
  );
  await runIn(procedure.block, inner);
}

function nested(frame: Frame): Frame {
  return { ...frame, variables: new Map(), procedures: new Map(frame.procedures), parent: frame };
}

async function runAll(instructions: readonly Instruction[], frame: Frame): Promise<void> {
  for (const instruction of instructions) await runOne(instruction, frame);
}

async function runOne(instruction: Instruction, frame: Frame): Promise<void> {
  if (instruction.kind === "assign") return await assign(instruction, frame);
  if (instruction.kind === "call") return void (await evaluate({ kind: "path", parts: instruction.path }, frame));
  if (instruction.kind === "block") return await runIn(instruction.block, nested(frame));
  if (instruction.kind === "raise") throw frame.error ?? new OraError(6550, ["PLS-00367"]);
  if (instruction.kind === "execute")
    return await frame.packages.execute(String(await evaluate(instruction.sql, frame)));
  if (instruction.kind === "if") return await runIf(instruction, frame);
  if (instruction.kind === "loop") return await runLoop(instruction, frame);
}

async function assign(instruction: Instruction & { kind: "assign" }, frame: Frame): Promise<void> {
  const value = await evaluate(instruction.value, frame);
  if (instruction.target.bind) frame.outs[instruction.target.name] = value as Scalar;
  else store(frame, instruction.target.name, value);
}

async function runIf(instruction: Instruction & { kind: "if" }, frame: Frame): Promise<void> {
  for (const { test, body } of instruction.branches)
    if ((await evaluate(test, frame)) === true) return await runAll(body, frame);
  await runAll(instruction.otherwise, frame);
}

async function runLoop(instruction: Instruction & { kind: "loop" }, frame: Frame): Promise<void> {
  const from = Number(await evaluate(instruction.from, frame));
  const to = Number(await evaluate(instruction.to, frame));
  for (let index = from; index <= to; index++) {
    const inner = nested(frame);
    inner.variables.set(instruction.variable, { value: index, size: null });
    await runAll(instruction.body, inner);
  }
}
