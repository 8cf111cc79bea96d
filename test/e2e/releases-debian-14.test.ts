// Debian 14 from bare to bare, by root: a release beside the two that everything is tested on.
import { jest } from "@jest/globals";
import { lifeCycle } from "./life-cycle.ts";

jest.setTimeout(300_000);
lifeCycle({ debian: 14, user: "root" });
