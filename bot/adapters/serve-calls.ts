import { parentPort, type MessagePort } from "node:worker_threads";
import { messageOf } from "../../src/problem/error.ts";
import type { PureFunctions } from "../pure-calls.ts";

/** To a thread: one call at a time. */
export interface Question {
  name: string;
  input: unknown;
}

/** From a thread: that it is there, and once for each question what came of it. */
export type Answer = { ready: true } | { value: unknown } | { threw: unknown } | { tooLarge: true };

/** Answers the calls of the thread that started this one. */
export function serveCalls(functions: PureFunctions): void {
  const port = parentPort;
  if (port === null) throw new Error("This file is the entry of a worker.");
  port.on("message", (question: Question) => send(port, answer(functions, question)));
  port.postMessage({ ready: true } satisfies Answer);
}

function send(port: MessagePort, given: Answer): void {
  try {
    port.postMessage(given);
  } catch (error) {
    // Of what cannot be cloned.
    port.postMessage({ threw: new Error(messageOf(error)) } satisfies Answer);
  }
}

function answer(functions: PureFunctions, { name, input }: Question): Answer {
  try {
    if (!Object.hasOwn(functions, name)) throw new TypeError(`There is no function ${name}.`);
    return { value: functions[name]!(input as never) };
  } catch (error) {
    // Of the stack, of a string's or of a list's length: there is no such thing for an input of a sane size.
    return error instanceof RangeError ? { tooLarge: true } : { threw: error };
  }
}
