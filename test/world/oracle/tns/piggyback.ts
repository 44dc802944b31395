import type { Session } from "../engine.ts";
import type { Executor } from "./executor.ts";
import type { Lobs } from "./lobs.ts";
import { FUNCTION } from "./protocol.ts";
import { type Reader, WireError } from "./wire/reader.ts";

interface PiggybackPlace {
  session: Session;
  executor: Executor;
  lobs: Lobs;
}

/** Reads a small request that rides before another. The function it returns carries it out. */
export function readPiggyback(reader: Reader, code: number, place: PiggybackPlace): () => void {
  switch (code) {
    case FUNCTION.closeCursors:
      return readCursors(reader, (id) => place.executor.closeCursor(id));
    case FUNCTION.cancelCursors:
      return readCursors(reader, () => undefined);
    case FUNCTION.setSchema:
      return readSchema(reader, place.session);
    case FUNCTION.endToEnd:
      return readEndToEnd(reader, place.session);
    case FUNCTION.lobOperation:
      return readFreeLobs(reader, place.lobs);
    default:
      throw new WireError(`piggyback ${code}`);
  }
}

function readCursors(reader: Reader, act: (id: number) => void): () => void {
  reader.u8();
  const ids = Array.from({ length: reader.ub() }, () => reader.ub());
  return () => ids.forEach(act);
}

function readSchema(reader: Reader, session: Session): () => void {
  reader.u8();
  const schema = reader.optionalText();
  return () => session.state.set("CURRENT_SCHEMA", schema);
}

const END_TO_END = ["CLIENT_IDENTIFIER", "MODULE", "ACTION", "ECID", "", "CLIENT_INFO", "", "", "DBOP"] as const;

/** What clients report about themselves for V$SESSION; a slot without text clears its value. */
function readEndToEnd(reader: Reader, session: Session): () => void {
  reader.skip(2);
  reader.ub();
  const slots = END_TO_END.map((name) => ({ name, given: reader.u8() !== 0, length: reader.ub() }));
  const given = slots.filter((slot) => slot.given);
  const values = given.map(({ name, length }) => ({ name, text: length > 0 ? reader.text() : "" }));
  return () => {
    for (const { name, text } of values) note(session, name, text);
  };
}

function note(session: Session, name: string, text: string): void {
  if (name === "MODULE") session.module = text;
  else if (name === "ACTION") session.action = text;
  else session.state.set(name, text);
}

function readFreeLobs(reader: Reader, lobs: Lobs): () => void {
  reader.u8();
  const bytes = reader.ub();
  reader.u8();
  reader.skipUbs(3);
  reader.skip(3);
  reader.ub(); // operation
  reader.u8();
  reader.skipUbs(3);
  reader.skip(2);
  reader.ub();
  reader.u8();
  reader.ub();
  reader.u8();
  reader.ub();
  const locators = Buffer.from(reader.take(bytes));
  return () => lobs.free(locators);
}
