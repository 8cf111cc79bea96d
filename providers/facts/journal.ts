// The journal of an operation that is not proved yet (host/journal.ts writes it).
import type { Fact } from "./fact.ts";
import { statusOf } from "./file.ts";

export const libraryFolder = "/var/lib/sasl-mail-host";
export const journalFolder = `${libraryFolder}/journal`;

const folder = statusOf(journalFolder);

/** Whether changes wait for their proof: those of this operation, or of one that was killed. */
export const journalOpen: Fact<boolean> = { ...folder, parse: (answer) => folder.parse(answer) !== null };
