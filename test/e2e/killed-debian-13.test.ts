// Random kills on Debian 13.
import { jest } from "@jest/globals";
import { killed } from "./killed.ts";

jest.setTimeout(600_000);
killed(13, 20261124);
