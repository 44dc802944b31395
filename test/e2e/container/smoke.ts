import { startSeededWorld, plainWish } from "./seeded-database.ts";
const world = await startSeededWorld((process.argv[2] ?? "gvenzl-free") as never);
try {
  const t = Date.now();
  const db = await world.sync("hr", await plainWish(world));
  console.log("waiting", db.pod.waiting);
  await db.waitForOpen(60).catch((e) => console.log(String(e)));
  console.log((await db.pod.log()).toString().slice(-6000));
  for (const m of await db.moments()) console.log(m.program, m.event, m.tag, m.open_mode, m.restricted, m.jobs, m.users_unlocked.join(), m.db_links, JSON.stringify(m.rows), m.masked);
  console.log(await db.refusedStatements(), Date.now() - t);
} finally { await world.close(); }
