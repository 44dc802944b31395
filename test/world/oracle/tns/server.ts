import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Engine } from "../engine.ts";
import { Connection } from "./connection.ts";
import { type Counters, newCounters } from "./counters.ts";
import type { Faults } from "./faults.ts";
import { type Flavor, RELEASES } from "./flavor.ts";

/** How a server behaves; an engine alone gives a healthy 19c. */
export interface TnsServerOptions {
  engine: Engine;
  flavor?: Flavor;
  /** Longest packet in bytes, 512 to 2,097,152. A small one cuts every response into many. */
  sdu?: number;
  /** Announces every error by a break, as real servers may. */
  markErrors?: boolean;
  /** Between a client's interrupt and the server's break. */
  breakDelayMs?: number;
  faults?: Partial<Faults>;
}

/** A listener and its database sessions on a loopback port. */
export interface TnsServer {
  readonly port: number;
  readonly counters: Readonly<Counters>;
  /** Flip them at any time. */
  readonly faults: Faults;
  /** What went wrong here and not at the client: unreadable requests, and engines that broke their contract. */
  readonly failures: readonly unknown[];
  /** Every client loses its socket at once, as when the instance dies. */
  killSessions(): void;
  close(): Promise<void>;
}

/** Starts a server that unmodified thin drivers take for an Oracle Database. */
export async function startTnsServer(options: TnsServerOptions): Promise<TnsServer> {
  const { engine, flavor = "19c", sdu = 8192, markErrors = false, breakDelayMs = 5 } = options;
  const faults: Faults = { silent: false, ignoreBreak: false, redirect: null, ...options.faults };
  const counters = newCounters();
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const parts = { engine, release: RELEASES[flavor], sdu, markErrors, breakDelayMs, faults, counters, onFailure };
  const connections = new Map<Connection, Promise<unknown>>();
  let nextId = 1;
  const listener = createServer((socket) => {
    const connection = new Connection(socket, nextId, parts);
    nextId += 1;
    counters.connections += 1;
    const gone = once(socket, "close").then(() => {
      connections.delete(connection);
      counters.connections -= 1;
    });
    connections.set(connection, gone);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const killSessions = () => [...connections.keys()].forEach((connection) => connection.kill());
  const close = async () => {
    const ends = [once(listener, "close"), ...connections.values()];
    listener.close();
    killSessions();
    await Promise.all(ends);
  };
  return { port: (listener.address() as AddressInfo).port, counters, faults, failures, killSessions, close };
}
