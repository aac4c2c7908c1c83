import { repositoryContract } from "../contract/index.ts";
import { openSqlite } from "./open.ts";

repositoryContract("SQLite", openSqlite);
