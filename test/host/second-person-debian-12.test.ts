// A second person at work on Debian 12.
import { jest } from "@jest/globals";
import { secondPerson } from "./second-person.ts";

jest.setTimeout(120_000);
secondPerson(12);
