// Each resource on Debian 13 where /bin/sh is busybox.
import { jest } from "@jest/globals";
import { lifeOfResources } from "./resources.ts";

jest.setTimeout(300_000);
lifeOfResources(13, "busybox");
