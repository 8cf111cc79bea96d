// A stand-in for Pulumi's `pulumi-language-nodejs`, which no package registry has: the engine starts it and asks it over gRPC to run the program.
// It holds no logic of Pulumi's own: the gRPC service and the program runner both come with the npm package @pulumi/pulumi.
import { loadSdk, type Sdk } from "./sdk.ts";
import { languageRuntime } from "./service.ts";

// The engine calls `pulumi-language-nodejs [flags] <engine address>` and reads the port from the first line of standard output.
const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

const sdk = findSdk();
const { implementation, stopProgram } = languageRuntime(sdk, engineAddress);

// A stack's configuration may be large; the engine itself allows 400 MB.
const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const server = new sdk.grpc.Server(unlimited);
server.addService(sdk.service, implementation);
server.bindAsync("127.0.0.1:0", sdk.grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

function findSdk(): Sdk {
  try {
    return loadSdk([process.cwd(), process.env.SASL_LAB_PROJECT ?? ""]);
  } catch (error) {
    // The engine shows our standard error to the user: one line that says what to do, no stack.
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function stop(): void {
  stopProgram();
  process.exit(0);
}
// The engine ends its plugins with SIGINT. It also holds our standard input open: the end of it means that the engine is gone, however it died.
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
process.stdin.on("end", stop).resume();
