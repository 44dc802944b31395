import { type Engine, OraError } from "../engine.ts";
import type { Counters } from "./counters.ts";
import {
  type Conversation,
  type Reply,
  type Work,
  fail,
  renderEndOfCall,
  renderStatus,
  succeed,
} from "./conversation.ts";
import type { Release } from "./flavor.ts";
import { readLobOperation } from "./lob-operation.ts";
import { Logon, type LogonRequest, readLogon } from "./logon.ts";
import { readProtocol, readTypes, renderProtocol, renderTypes } from "./negotiation.ts";
import { type OpenSession, openSession } from "./open-session.ts";
import { readPiggyback } from "./piggyback.ts";
import { FUNCTION, MESSAGE } from "./protocol.ts";
import { type Reader, WireError } from "./wire/reader.ts";

/** From this field version on, functions and piggybacks carry a token after their sequence number. */
const TOKEN_SINCE = 18;

interface RequestsOptions {
  id: number;
  service: string;
  release: Release;
  engine: Engine;
  counters: Counters;
  conversation: Conversation;
}

/** Reads the requests of one connection, from the negotiation to the log-off. */
export class Requests {
  readonly #options: RequestsOptions;
  #logon: Logon | null = null;
  #open: OpenSession | null = null;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** One whole request. Throws IncompleteError while packets are missing, WireError for an invalid request. */
  read(reader: Reader): Work {
    try {
      const work = this.#readMessage(reader);
      if (reader.left > 0) throw new WireError(`${reader.left} bytes after the end of a request`);
      return work;
    } catch (error) {
      if (error instanceof OraError) return () => fail(this.#options.conversation, error);
      throw error;
    }
  }

  /** The session is over, whatever the reason. */
  endSession(): void {
    if (this.#open === null) return;
    const { session } = this.#open;
    this.#open = null;
    this.#options.counters.sessions -= 1;
    this.#options.engine.ended(session);
  }

  #readMessage(reader: Reader): Work {
    const type = reader.u8();
    switch (type) {
      case MESSAGE.protocol:
        readProtocol(reader);
        return () => succeed(renderProtocol(this.#options.conversation.fieldVersion));
      case MESSAGE.types:
        return this.#readTypes(reader);
      case MESSAGE.fastAuth:
        return this.#readFastAuth(reader);
      case MESSAGE.piggyback:
        return this.#readPiggyback(reader);
      case MESSAGE.function:
        return this.#readFunction(reader);
      default:
        throw new WireError(`message ${type}`);
    }
  }

  #readTypes(reader: Reader): Work {
    const client = readTypes(reader);
    const { conversation } = this.#options;
    return () => {
      conversation.fieldVersion = Math.min(conversation.fieldVersion, client.fieldVersion);
      return succeed(renderTypes(client));
    };
  }

  /** Messages 1, 2 and the first phase of the logon in one; the answer is their three answers. */
  #readFastAuth(reader: Reader): Work {
    reader.skip(3);
    reader.u8();
    readProtocol(reader);
    reader.skip(5);
    const fieldVersion = reader.u8(); // of this message alone
    reader.u8();
    const types = this.#readTypes(reader);
    reader.u8();
    if (reader.u8() !== FUNCTION.logonPhaseOne) throw new WireError("fast authentication without a logon");
    this.#readSequence(reader, fieldVersion);
    const request = readLogon(reader);
    const announced = renderProtocol(this.#options.conversation.fieldVersion);
    return async (signal) => {
      const negotiated = await types(signal);
      return succeed(Buffer.concat([announced, negotiated.payload, this.#challenge(request).payload]));
    };
  }

  #readPiggyback(reader: Reader): Work {
    const code = reader.u8();
    this.#readSequence(reader);
    if (this.#open === null) throw new WireError("a piggyback before the logon");
    const act = readPiggyback(reader, code, this.#open);
    const work = this.#readMessage(reader);
    return (signal) => {
      act();
      return work(signal);
    };
  }

  #readFunction(reader: Reader): Work {
    const code = reader.u8();
    this.#readSequence(reader);
    if (code === FUNCTION.logonPhaseOne || code === FUNCTION.logonPhaseTwo) {
      const request = readLogon(reader);
      return () => (code === FUNCTION.logonPhaseOne ? this.#challenge(request) : this.#finishLogon(request));
    }
    if (this.#open === null) throw new WireError(`function ${code} before the logon`);
    return this.#readCall(reader, code, this.#open);
  }

  #readSequence(reader: Reader, fieldVersion = this.#options.conversation.fieldVersion): void {
    this.#options.conversation.sequence = reader.u8();
    if (fieldVersion >= TOKEN_SINCE) reader.ub();
  }

  #readCall(reader: Reader, code: number, open: OpenSession): Work {
    const { conversation } = this.#options;
    switch (code) {
      case FUNCTION.execute:
        return open.executor.readExecute(reader);
      case FUNCTION.reexecute:
      case FUNCTION.reexecuteAndFetch:
        return open.executor.readReexecute(reader, code === FUNCTION.reexecuteAndFetch);
      case FUNCTION.fetch:
        return open.executor.readFetch(reader);
      case FUNCTION.lobOperation:
        return readLobOperation(reader, { conversation, lobs: open.lobs });
      case FUNCTION.commit:
      case FUNCTION.rollback:
      case FUNCTION.ping:
      case FUNCTION.logoff:
        return () => this.#simpleCall(code);
      default:
        throw new WireError(`function ${code}`);
    }
  }

  #simpleCall(code: number): Reply {
    const { conversation } = this.#options;
    if (code === FUNCTION.commit || code === FUNCTION.rollback) conversation.inTransaction = false;
    if (code === FUNCTION.logoff) this.endSession();
    return succeed(renderStatus(conversation));
  }

  #challenge(request: LogonRequest): Reply {
    this.#logon = new Logon(request, this.#options.engine);
    return succeed(Buffer.concat([this.#logon.challenge(), renderEndOfCall(this.#options.conversation)]));
  }

  #finishLogon(request: LogonRequest): Reply {
    const { conversation, counters } = this.#options;
    const logon = this.#logon;
    this.#logon = null;
    if (logon === null || this.#open !== null) throw new WireError("phase two of a logon out of order");
    try {
      const payload = logon.finish(request, this.#options);
      this.#open = openSession(logon, this.#options);
      return succeed(Buffer.concat([payload, renderEndOfCall(conversation)]));
    } catch (error) {
      counters.logons.refused += 1;
      throw error;
    }
  }
}
