import type { Bind } from "../engine.ts";
import { bindTypeOf } from "./data-type.ts";
import { unsupported } from "./statement.ts";
import type { Reader } from "./wire/reader.ts";

const IS_ARRAY = 0x40;

/** What a client says of one bind or define. */
export interface BindMetadata {
  /** Upper case, unless it was quoted. */
  name: string;
  code: number;
  maxBytes: number;
  isArray: boolean;
  direction: Direction;
}

/** As the answer to a block names it. A client never says: the compiled block knows. */
export type Direction = "in" | "inOut";

/** Reads one description of a bind or define. */
export function readBindMetadata(reader: Reader, name: string, fieldVersion: number): BindMetadata {
  const code = reader.u8();
  const flags = reader.u8();
  reader.skip(2);
  const maxBytes = reader.ub();
  reader.skipUbs(2);
  reader.optionalData(); // object type
  reader.skipUbs(2);
  reader.u8();
  reader.ub();
  if (fieldVersion >= 8) reader.ub();
  return { name, code, maxBytes, isArray: (flags & IS_ARRAY) !== 0, direction: "in" };
}

/** The engine's name for a bind's type. Throws for types and arrays that this server cannot carry. */
export function checkBindType(bind: BindMetadata): Bind["type"] {
  if (bind.isArray) throw unsupported(`An array for bind ${bind.name}`);
  const type = bindTypeOf(bind.code);
  if (type === null) throw unsupported(`Type ${bind.code} of bind ${bind.name}`);
  return type;
}
