// Accounts and back ends on Debian 13.
import { jest } from "@jest/globals";
import { backends } from "./backends.ts";

jest.setTimeout(300_000);
backends(13);
