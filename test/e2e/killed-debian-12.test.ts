// Random kills on Debian 12.
import { jest } from "@jest/globals";
import { killed } from "./killed.ts";

jest.setTimeout(600_000);
killed(12, 20261124);
