// The shapes of Postfix on Debian 12.
import { jest } from "@jest/globals";
import { shapesOfPostfix } from "./shapes.ts";

jest.setTimeout(300_000);
shapesOfPostfix(12);
