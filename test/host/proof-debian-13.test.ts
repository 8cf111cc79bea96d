// The proof on Debian 13.
import { jest } from "@jest/globals";
import { proofs } from "./proof.ts";

jest.setTimeout(120_000);
proofs(13);
