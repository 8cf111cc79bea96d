// Debian 13 from bare to bare, by root.
import { jest } from "@jest/globals";
import { lifeCycle } from "./life-cycle.ts";

jest.setTimeout(300_000);
lifeCycle({ debian: 13, user: "root" });
