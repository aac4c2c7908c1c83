import { openDatabase } from "../../../src/repository/sqlite/database.ts";
import { migrate } from "../../../src/repository/sqlite/migrate.ts";

/** A process that opens and migrates a database at a given moment, and says how that ended. */
const [path = "", migrations = "", start = "0"] = process.argv.slice(2);
while (Date.now() < Number(start)) {
  // All processes set off at the same moment: a timer would scatter them.
}
const { client } = openDatabase(path, { busyTimeoutMs: 5000 });
migrate(client, migrations, () => 1);
client.close();
process.stdout.write("migrated");
