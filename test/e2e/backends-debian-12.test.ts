// Accounts and back ends on Debian 12.
import { jest } from "@jest/globals";
import { backends } from "./backends.ts";

jest.setTimeout(300_000);
backends(12);
