import { createDatabase } from "../database/create-database.ts";
import { createDatafile, saveDatabase } from "../database/files.ts";
import { BASE_IMAGES } from "../profiles.ts";
import { containerRoot, imageProfile, readInput } from "./surroundings.ts";

// Creates a database with identities of its own, one file after the other, the control file last.

const root = containerRoot();
const { name } = imageProfile(root);
// In 19c its response file says the password; the start script of Free keeps it to itself.
const password = name === "ee-19c" ? { password: (await readInput()).trim() } : {};
const database = createDatabase({ ...BASE_IMAGES[name].database, ...password });
for (const { path } of database.containers.flatMap((container) =>
  container.tablespaces.flatMap((tablespace) => tablespace.files),
)) {
  createDatafile(root, path);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
saveDatabase(root, database);
process.stdout.write("100% complete\n");
