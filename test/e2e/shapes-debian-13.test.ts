// The shapes of Postfix on Debian 13.
import { jest } from "@jest/globals";
import { shapesOfPostfix } from "./shapes.ts";

jest.setTimeout(300_000);
shapesOfPostfix(13);
