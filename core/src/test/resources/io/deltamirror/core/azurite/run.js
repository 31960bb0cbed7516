// Runs Azurite (its path is the first argument) until whoever started it is gone: the pipe to our
// standard input closes with that process, however it ends.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
process.argv.splice(1, 1);
require(process.argv[1]);
