// Faults of the journal on Debian 13.
import { jest } from "@jest/globals";
import { journalFaults } from "./journal-faults.ts";

jest.setTimeout(120_000);
journalFaults(13);
