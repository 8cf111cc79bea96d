// The proof on Debian 12.
import { jest } from "@jest/globals";
import { proofs } from "./proof.ts";

jest.setTimeout(120_000);
proofs(12);
