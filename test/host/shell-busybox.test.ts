// Each resource where /bin/sh is busybox.
import { jest } from "@jest/globals";
import { onRelease } from "../support/release.ts";
import { lifeOfResources } from "./resources.ts";

jest.setTimeout(300_000);
onRelease((debian) => lifeOfResources(debian, "busybox"));
