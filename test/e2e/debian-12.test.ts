// Debian 12 from bare to bare, by a user whose sudo asks for a password.
import { jest } from "@jest/globals";
import { operatorPassword } from "../../lab/hosts/index.ts";
import { lifeCycle } from "./life-cycle.ts";

jest.setTimeout(300_000);
lifeCycle({ debian: 12, user: "operator", sudoPassword: operatorPassword });
