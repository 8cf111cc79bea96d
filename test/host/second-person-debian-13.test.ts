// A second person at work on Debian 13.
import { jest } from "@jest/globals";
import { secondPerson } from "./second-person.ts";

jest.setTimeout(120_000);
secondPerson(13);
