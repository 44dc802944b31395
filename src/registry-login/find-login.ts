import type { Process } from "../ports/process.ts";
import type { ConfigText } from "./checked-config.ts";
import { loginFromConfig, type Helper } from "./docker-config.ts";
import { judgeHelper } from "./helper-answer.ts";
import { secretsOf, type FoundLogin } from "./login.ts";

/** The effects of a search for logins. */
export interface LoginPorts {
  /** The docker configuration; its text is null where there is none. Throws where it cannot be read. */
  readConfig(): Promise<{ path: string; text: string | null }>;
  process: Process;
  signal: AbortSignal;
  /** Is told every secret that is found, before anything else is done with it. */
  onSecret(secret: string): void;
  /** How long a credential helper may take. */
  helperLimitMilliseconds: number;
}

/**
 * Looks for logins where people have them: in the docker configuration, and with the credential helpers that it names. Each
 * registry is looked up once, when it is first asked for; what was found is kept in memory alone.
 */
export class LoginFinder {
  readonly #ports: LoginPorts;
  readonly #found = new Map<string, Promise<FoundLogin>>();
  #config: ReturnType<LoginPorts["readConfig"]> | undefined;

  constructor(ports: LoginPorts) {
    this.#ports = ports;
  }

  /** The login for a registry, by its host as image references have it. */
  find(host: string): Promise<FoundLogin> {
    const found = this.#found.get(host) ?? this.#lookUp(host);
    this.#found.set(host, found);
    return found;
  }

  async #lookUp(host: string): Promise<FoundLogin> {
    this.#config ??= this.#ports.readConfig();
    const { path, text } = await this.#config;
    if (text === null) return { login: undefined, origin: { kind: "none", looked: `There is no ${path}.` } };
    const found = await this.#open({ path, text }, host);
    if (found.login !== undefined) for (const secret of secretsOf(found.login)) this.#ports.onSecret(secret);
    return found;
  }

  async #open(file: ConfigText, host: string): Promise<FoundLogin> {
    const configured = loginFromConfig(file, host);
    return "helper" in configured ? await this.#ask(configured.helper) : configured;
  }

  async #ask(helper: Helper): Promise<FoundLogin> {
    const { process, signal, helperLimitMilliseconds: limitMilliseconds } = this.#ports;
    const { program, server: input } = helper;
    const end = await process.run({ program, arguments: ["get"], input, limitMilliseconds, signal });
    return judgeHelper(end, helper, limitMilliseconds / 1000);
  }
}
