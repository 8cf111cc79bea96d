// Hosts that are set up already, on Debian 12.
import { jest } from "@jest/globals";
import { adopted } from "./adopted.ts";

jest.setTimeout(300_000);
adopted(12);
