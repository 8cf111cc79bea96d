// Pulumi's operations on Debian 12.
import { jest } from "@jest/globals";
import { operations } from "./operations.ts";

jest.setTimeout(300_000);
operations(12);
