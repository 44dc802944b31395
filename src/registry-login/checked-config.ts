import { showSteps, type Steps } from "../document/place.ts";
import { SeedbedError } from "../problem/error.ts";
import { readJson, type JsonText } from "./json-text.ts";

/** The text of a docker configuration, `config.json`, and its path for messages. */
export interface ConfigText {
  path: string;
  text: string;
}

/** A docker configuration whose values are asked for by their steps; each shape is checked when it is asked for. */
export interface CheckedConfig {
  /** The object at these steps, without prototype; empty where there is none. */
  object(steps: Steps): Record<string, unknown>;
  /** undefined where there is none. */
  text(steps: Steps): string | undefined;
  /** The error that the value at these steps is malformed: "<path>:<line>:<column>: <steps> <what>". */
  wrong(steps: Steps, what: string, fix: string): SeedbedError;
}

/** Reads strict JSON; an empty file has nothing in it, as for Docker. Throws with line and column. */
export function checkConfig({ path, text }: ConfigText): CheckedConfig {
  const read = text.trim() === "" ? EMPTY : readJson(text);
  if ("fault" in read)
    throw new SeedbedError(
      "docker-config-invalid",
      `${path}:${read.fault.line}:${read.fault.column}: the docker configuration is not JSON from here on.`,
      { fix: `Correct the file, or move it away and log in again with docker login. ${NOT_CONNECTED}` },
    );
  return new Checked(path, read.json);
}

const EMPTY = { json: { value: {}, placeOf: () => ({ line: 1, column: 1, length: 1 }) } };
const NOT_CONNECTED = "No connection was made to the registry.";

class Checked implements CheckedConfig {
  readonly #path: string;
  readonly #json: JsonText;

  constructor(path: string, json: JsonText) {
    this.#path = path;
    this.#json = json;
  }

  object(steps: Steps): Record<string, unknown> {
    const value = this.#valueAt(steps);
    if (value === undefined || value === null) return {};
    if (typeof value !== "object" || Array.isArray(value)) throw this.#shape(steps, value, "an object");
    return Object.assign(Object.create(null) as Record<string, unknown>, value);
  }

  text(steps: Steps): string | undefined {
    const value = this.#valueAt(steps);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw this.#shape(steps, value, "a string");
    return value;
  }

  wrong(steps: Steps, what: string, fix: string): SeedbedError {
    const { line, column } = this.#json.placeOf(steps);
    const named = steps.length === 0 ? "the docker configuration" : showSteps(steps);
    const message = `${this.#path}:${line}:${column}: ${named} ${what}.`;
    return new SeedbedError("docker-config-invalid", message, { fix: `${fix} ${NOT_CONNECTED}` });
  }

  /** Every value on the way is an object: `null` stands for nothing, as for Docker. */
  #valueAt(steps: Steps): unknown {
    if (steps.length === 0) return this.#json.value;
    return this.object(steps.slice(0, -1))[steps.at(-1)!];
  }

  #shape(steps: Steps, value: unknown, wanted: string): SeedbedError {
    const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
    return this.wrong(steps, `must be ${wanted}, but is ${kind}`, "Correct it, or log in again with docker login.");
  }
}
