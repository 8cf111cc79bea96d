// Pulumi's options on Debian 12.
import { jest } from "@jest/globals";
import { options } from "./options.ts";

jest.setTimeout(300_000);
options(12);
