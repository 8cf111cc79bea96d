// Two stacks and one Debian 13 host.
import { jest } from "@jest/globals";
import { twoHands } from "./two-hands.ts";

jest.setTimeout(300_000);
twoHands(13);
