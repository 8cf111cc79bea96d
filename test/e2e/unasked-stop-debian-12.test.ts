// What is not stopped unasked, on Debian 12.
import { jest } from "@jest/globals";
import { unaskedStop } from "./unasked-stop.ts";

jest.setTimeout(300_000);

unaskedStop(12);
