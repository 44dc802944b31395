import { type Engine, OraError } from "../engine.ts";
import type { Release } from "./flavor.ts";
import { MESSAGE } from "./protocol.ts";
import { PasswordExchange, VERIFIER_12C } from "./verifier.ts";
import type { Reader } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";

const SYSDBA = 0x20;

/** What a client says in one phase of its logon. */
export interface LogonRequest {
  user: string;
  mode: number;
  pairs: ReadonlyMap<string, string>;
}

/** What the client learns about the session it gets. */
export interface LogonFacts {
  id: number;
  service: string;
  release: Release;
}

/** Reads one phase of a logon. */
export function readLogon(reader: Reader): LogonRequest {
  const hasUser = reader.u8() !== 0;
  reader.ub(); // its length
  const mode = reader.ub();
  reader.u8();
  const count = reader.ub();
  reader.skip(2);
  const user = hasUser ? reader.text() : "";
  const pairs = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const key = reader.optionalText();
    pairs.set(key, reader.optionalText());
    reader.ub();
  }
  return { user: foldUser(user), mode, pairs };
}

/** One logon: a challenge, and the check of what comes back. */
export class Logon {
  readonly user: string;
  readonly program: string;
  readonly #exchange: PasswordExchange;
  readonly #locked: boolean;

  constructor(request: LogonRequest, engine: Engine) {
    const account = engine.account(request.user);
    this.user = request.user;
    this.program = request.pairs.get("AUTH_PROGRAM_NM") ?? "";
    this.#locked = account?.locked ?? false;
    this.#exchange = new PasswordExchange(account?.password ?? null);
  }

  /** Phase one's answer. */
  challenge(): Buffer {
    return renderPairs(this.#exchange.challenge());
  }

  /** Phase two's answer. Throws the OraError that refuses the logon. */
  finish(request: LogonRequest, facts: LogonFacts): Buffer {
    const { pairs } = request;
    const proof = this.#exchange.verify(pairs.get("AUTH_SESSKEY") ?? "", pairs.get("AUTH_PASSWORD") ?? "");
    if (this.#locked) throw new OraError(28000, ["ORA-28000: The account is locked."]);
    if (proof === null) throw new OraError(1017, [facts.release.deniedText]);
    if ((request.mode & SYSDBA) !== 0) throw new OraError(1031, ["ORA-01031: insufficient privileges"]);
    return renderPairs({
      AUTH_SVR_RESPONSE: proof,
      AUTH_VERSION_NO: String(facts.release.versionNumber),
      AUTH_DBNAME: facts.service,
      AUTH_SC_SERVICE_NAME: facts.service,
      AUTH_SC_DBUNIQUE_NAME: facts.service,
      AUTH_SC_REAL_DBUNIQUE_NAME: facts.service,
      AUTH_INSTANCENAME: facts.service,
      AUTH_SESSION_ID: String(facts.id),
      AUTH_SERIAL_NUM: "1",
      AUTH_MAX_OPEN_CURSORS: "300",
      AUTH_MAX_IDEN_LENGTH: "128",
    });
  }
}

function renderPairs(pairs: Record<string, string>): Buffer {
  const entries = Object.entries(pairs);
  const writer = new Writer().u8(MESSAGE.parameter).ub(entries.length);
  for (const [key, value] of entries)
    writer
      .optionalText(key)
      .optionalText(value)
      .ub(key === "AUTH_VFR_DATA" ? VERIFIER_12C : 0);
  return writer.done();
}

/** Names fold to upper case unless they are quoted. */
function foldUser(user: string): string {
  const quoted = /^"([^"]*)"$/.exec(user)?.[1];
  return quoted ?? user.toUpperCase();
}
