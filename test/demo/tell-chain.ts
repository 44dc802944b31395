import { join } from "node:path";
import type { World } from "../world/world.ts";
import { changeParameter, failExport, reseed } from "./chapters/change.ts";
import { backUp, flipOneByte, openDatabase, pullElsewhere, startAgain } from "./chapters/container.ts";
import { openWorld, writeRequest } from "./chapters/request.ts";
import { searchSecrets } from "./chapters/secrets.ts";
import { seedFirst } from "./chapters/seed.ts";
import type { Narrator } from "./narrator.ts";
import { Stage } from "./stage.ts";

/** The chain from the command line, without GitHub: request, export, image, container, and failures of each. */
export async function tellChain(world: World, tell: Narrator, top: string): Promise<void> {
  const stage = new Stage(world, tell, join(top, "src/cli.ts"));
  await tell.chapter(
    "The simulated world",
    "A source database behind an SSH host, a registry and a cluster. Each is a strict stand-in on this machine and speaks the real protocol.",
    () => openWorld(stage),
  );
  await tell.chapter(
    "A request",
    "Ada wants a copy of HR. She writes one file. Mistakes are reported with line, reason and fix; then the plan shows what her request will cause.",
    () => writeRequest(stage, join(top, "environments")),
  );
  await tell.chapter(
    "The seed",
    "Data Pump exports on the source, controlled through an SSH tunnel, and the dump is streamed over SFTP into image layers. The process may only write in the repository.",
    () => seedFirst(stage),
  );
  await tell.chapter(
    "An independent check",
    "A client that shares no code with Seedbed pulls the image by digest and checks every file.",
    () => pullElsewhere(stage),
  );
  await tell.chapter(
    "The database starts",
    "The container runs only files of the pulled image and of the ConfigMaps: import, masking, configuration and checks. It opens the database at the very end.",
    async () => {
      await openDatabase(stage);
      await backUp(stage);
      await startAgain(stage);
      await flipOneByte(stage);
    },
  );
  await tell.chapter("A change of parameters", "A changed parameter is applied while people work.", () =>
    changeParameter(stage),
  );
  await tell.chapter("An export that fails", "The source runs out of undo during the next export.", () =>
    failExport(stage),
  );
  await tell.chapter(
    "A reseed, killed halfway",
    "The source has new rows. There is a new dump set and a new image, and the node dies at the worst moment.",
    () => reseed(stage),
  );
  await tell.chapter(
    "Secrets",
    "Each secret of this simulated world is a unique string that must not appear anywhere.",
    () => searchSecrets(stage),
  );
}
