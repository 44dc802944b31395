import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const listenerPid = (root: string): string => join(root, "dev/shm/listener.pid");
const registeredWith = (root: string): string => join(root, "dev/shm/listener.services");

/** Tells the listener of this database's services: at its opening, and for `ALTER SYSTEM REGISTER`. */
export function registerServices(root: string): void {
  if (existsSync(listenerPid(root))) writeFileSync(registeredWith(root), readFileSync(listenerPid(root)));
}

/** Another listener knows nothing of what an earlier one was told. */
export function servicesAreRegistered(root: string): boolean {
  if (!existsSync(listenerPid(root)) || !existsSync(registeredWith(root))) return false;
  return readFileSync(listenerPid(root), "utf8") === readFileSync(registeredWith(root), "utf8");
}
