import { PROFILES } from "../../profiles/profiles.ts";
import type { Forwarding } from "../../ports/cluster.ts";
import { SeedbedError } from "../../problem/error.ts";
import { chooseUser, readPassword } from "../../use-cases/connect.ts";
import { podPlace, requirePod } from "../../use-cases/find-pod.ts";
import type { AddCommand } from "../add-command.ts";
import type { Bench } from "../bench.ts";
import { addClusterOptions, openChosen } from "../cluster-options.ts";
import { loadSound, type SoundDatabase } from "../loaded.ts";
import { openCommitted } from "../wanted.ts";

interface Options {
  kubeconfig?: string;
  context?: string;
  user?: string;
  port?: string;
  client: boolean;
}

const LISTENER = 1521;

/** `seedbed connect <db>`: a port of this machine that leads to the database, and a client that is logged in. */
export const addConnect: AddCommand = (program, bench, finish) => {
  const command = program
    .command("connect")
    .description("forward a local port to a database and start sql or sqlplus there, logged in by the user's Secret")
    .argument("<database>", "database name (folder in environments/)")
    .option("--user <name>", "a user of the request; default: the only one")
    .option("--port <number>", "port of this machine; default: any that is free")
    .option("--no-client", "start no client and read no password: print the address and wait for Ctrl-C");
  addClusterOptions(command).action(async (database: string, options: Options) => {
    const checkout = await bench.checkout();
    const { databases } = await loadSound(bench, await openCommitted(checkout), { databases: [database] });
    const [one] = databases;
    if (one === undefined) throw retired(database);
    const port = readPort(options.port);
    const cluster = await openChosen(bench, options, []);
    try {
      const pod = await requirePod(cluster, database);
      if (!pod.ready) bench.err(`${database} is not ready, so it may refuse you: seedbed status ${database}\n`);
      const login = await prepareLogin(bench, options, () => {
        const user = chooseUser(one.request.database.users, options.user);
        return readPassword(cluster, database, user).then((password) => ({ user: user.name, password }));
      });
      const forwarding = await cluster.forward(podPlace(database), {
        port: LISTENER,
        localPort: port,
        onError: (message) => bench.err(`${message}\n`),
      });
      finish(await useForwarding(bench, forwarding, { one, login }));
    } finally {
      await cluster.close();
    }
  });
};

interface Login {
  program: string;
  user: string;
  password: string;
}

/** null where no client is to be started, or none is there: then no Secret is read. */
async function prepareLogin(
  bench: Bench,
  { client }: Options,
  read: () => Promise<Omit<Login, "program">>,
): Promise<Login | null> {
  const program = client ? await bench.sqlClient.find() : null;
  return program === null ? null : { program, ...(await read()) };
}

interface Use {
  one: SoundDatabase;
  login: Login | null;
}

async function useForwarding(bench: Bench, forwarding: Forwarding, { one, login }: Use): Promise<0 | 1> {
  const address = `//127.0.0.1:${forwarding.port}/${serviceOf(one)}`;
  const users = one.request.database.users.map(({ name }) => name).join(", ");
  try {
    bench.out(`${one.database} is at ${address}${users === "" ? "" : `, users: ${users}`}\n`);
    if (login !== null) return (await bench.sqlClient.run(login.program, { ...login, address })) === 0 ? 0 : 1;
    bench.out("Connect with any client; Ctrl-C ends it.\n");
    await untilAborted(bench.signal);
    return 0;
  } finally {
    await forwarding.close();
  }
}

/** The pluggable database's own service, as its image names it. */
function serviceOf({ lock, request }: SoundDatabase): string {
  const profile = lock.seed?.target.profile;
  if (profile !== undefined) return PROFILES[profile].pluggableDatabase;
  throw new SeedbedError("never-seeded", `${request.database.base} of this request was never seeded: nothing runs.`, {
    fix: "Merge the request and wait for its run.",
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new SeedbedError("port-invalid", `--port is ${JSON.stringify(text)}, and has to be from 1 to 65535.`, {
    fix: "Write for example --port 15210, or leave it out.",
  });
}

function retired(database: string): SeedbedError {
  return new SeedbedError("database-retired", `The request of ${database} was removed.`, {
    fix: "Restore the request first.",
  });
}
