// TLS on Debian 13.
import { jest } from "@jest/globals";
import { withTls } from "./tls.ts";

jest.setTimeout(300_000);
withTls(13);
