// A container on a Debian 12.
import { jest } from "@jest/globals";
import { containers } from "./containers.ts";

jest.setTimeout(300_000);
containers(12);
