// Each resource on Debian 12 where /bin/sh is bash.
import { jest } from "@jest/globals";
import { lifeOfResources } from "./resources.ts";

jest.setTimeout(300_000);
lifeOfResources(12, "bash");
