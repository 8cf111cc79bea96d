// Pulumi's operations on Debian 13.
import { jest } from "@jest/globals";
import { operations } from "./operations.ts";

jest.setTimeout(300_000);
operations(13);
