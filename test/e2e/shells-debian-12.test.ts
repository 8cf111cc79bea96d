// Another /bin/sh on Debian 12.
import { jest } from "@jest/globals";
import { otherShells } from "./shells.ts";

jest.setTimeout(300_000);
otherShells(12);
