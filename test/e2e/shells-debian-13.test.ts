// Another /bin/sh on Debian 13.
import { jest } from "@jest/globals";
import { otherShells } from "./shells.ts";

jest.setTimeout(300_000);
otherShells(13);
