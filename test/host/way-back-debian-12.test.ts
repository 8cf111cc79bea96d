// The way back on Debian 12.
import { jest } from "@jest/globals";
import { wayBack } from "./way-back.ts";

jest.setTimeout(120_000);
wayBack(12);
