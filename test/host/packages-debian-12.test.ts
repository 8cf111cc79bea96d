// Whose a package is, on Debian 12.
import { jest } from "@jest/globals";
import { packages } from "./packages.ts";

jest.setTimeout(240_000);
packages(12, 2026112);
