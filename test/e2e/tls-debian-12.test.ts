// TLS on Debian 12.
import { jest } from "@jest/globals";
import { withTls } from "./tls.ts";

jest.setTimeout(300_000);
withTls(12);
