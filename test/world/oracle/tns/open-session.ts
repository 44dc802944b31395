import type { Engine, Session } from "../engine.ts";
import type { Conversation } from "./conversation.ts";
import type { Counters } from "./counters.ts";
import { Executor } from "./executor.ts";
import { Lobs } from "./lobs.ts";
import type { Logon } from "./logon.ts";

/** What a connection has from its logon to its end. */
export interface OpenSession {
  session: Session;
  executor: Executor;
  lobs: Lobs;
}

interface OpenSessionOptions {
  id: number;
  service: string;
  engine: Engine;
  counters: Counters;
  conversation: Conversation;
}

/** Opens the session of an accepted logon. */
export function openSession(logon: Logon, options: OpenSessionOptions): OpenSession {
  const { id, service, engine, counters, conversation } = options;
  const session = { id, user: logon.user, service, module: logon.program, action: "", state: new Map() };
  const lobs = new Lobs();
  const onCall = () => {
    counters.calls += 1;
  };
  counters.logons.ok += 1;
  counters.sessions += 1;
  return { session, lobs, executor: new Executor({ conversation, engine, session, lobs, onCall }) };
}
