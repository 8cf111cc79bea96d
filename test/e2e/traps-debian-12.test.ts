// The traps on Debian 12.
import { jest } from "@jest/globals";
import { trapped } from "./traps.ts";

jest.setTimeout(300_000);
trapped(12);
