// Pulumi's options on Debian 13.
import { jest } from "@jest/globals";
import { options } from "./options.ts";

jest.setTimeout(300_000);
options(13);
