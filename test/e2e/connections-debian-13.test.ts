// The ways to a host on Debian 13.
import { jest } from "@jest/globals";
import { connections } from "./connections.ts";

jest.setTimeout(300_000);
connections(13);
