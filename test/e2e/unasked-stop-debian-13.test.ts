// What is not stopped unasked, on Debian 13.
import { jest } from "@jest/globals";
import { unaskedStop } from "./unasked-stop.ts";

jest.setTimeout(300_000);

unaskedStop(13);
