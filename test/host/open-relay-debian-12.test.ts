// Open relays on Debian 12.
import { jest } from "@jest/globals";
import { openRelays } from "./open-relay.ts";

jest.setTimeout(120_000);
openRelays(12);
