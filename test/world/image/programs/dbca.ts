import { createDatabase } from "../database/create-database.ts";
import { createDatafile, saveDatabase } from "../database/files.ts";
import { BASE_IMAGES } from "../profiles.ts";
import { containerRoot, imageProfile } from "./surroundings.ts";

// Creates a database with identities of its own, one file after the other, the control file last.

const root = containerRoot();
const { name } = imageProfile(root);
if (name === "ee-19c") throw new Error("there is no stand-in for 19c");
const database = createDatabase(BASE_IMAGES[name].database);
for (const { path } of database.containers.flatMap((container) =>
  container.tablespaces.flatMap((tablespace) => tablespace.files),
)) {
  createDatafile(root, path);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
saveDatabase(root, database);
process.stdout.write("100% complete\n");
