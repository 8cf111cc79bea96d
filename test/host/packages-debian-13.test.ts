// Whose a package is, on Debian 13.
import { jest } from "@jest/globals";
import { packages } from "./packages.ts";

jest.setTimeout(240_000);
packages(13, 2026113);
