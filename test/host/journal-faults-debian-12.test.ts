// Faults of the journal on Debian 12.
import { jest } from "@jest/globals";
import { journalFaults } from "./journal-faults.ts";

jest.setTimeout(120_000);
journalFaults(12);
